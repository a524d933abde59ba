"""Words that name a vendor or a product and stand all over ordinary code besides.

Measured over Python, YAML, C and JavaScript: most of these occur more than four times in a hundred megabytes, many
more than thirty times. The prefilter looks for them only together with the next part of the key (`github_token`); a
rarer word is looked for alone.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
    abstract abuse access accesskey accesstoken account admin adobe adyen alchemy alien amplitude apigateway apigw
    apiv3 approle artsy assembly atera atlas auth0 authorization authtoken awsaccount azure banner bearer better
    bitbucket boost bootstrap brain braintree branch brand browser bundle butter capsule captcha central channel
    chart chatbot checkout circle circleci cisco client cloud cloudflare codecov cohere column company computer
    config confluence confluent connected consumer content conversion convert convex couchbase country courier
    crypto currency currents customer daily datadog decryption deepl deployer detect devise devops digital
    digitalocean direct discord discovery docker document documentdb eight elastic elasticsearch eleven email entra
    event exchange export extractor facebook fernet figma fileio fixer flight float forest forge frame fresh front
    function functions geocod geoip getresponse getstream ghost github gitlab gmail google graph groove guardian
    happy harvest hcloud hello holiday huawei hyper image influx influxdb insta intra invoice iterable jenkins
    keycloak kling kubernetes language lark launch lemon linear linode location login loops manifest message metal
    microsoft mongo mongodb monkey netcore newrelic nimble notify nvidia oauth oauthtoken package packet pager
    pagerduty panda parallel parsers particle partner pastebin paypal pendo people personal phrase plugin polls
    polygon position private prospect protocols provision proxy public pusher rails rapid reach really redhat
    refresh repair reply request rocket rollbar routing sales salesforce sanity satis sauce scrape scraper scraping
    screenshot search searchservice secret security segment select semaphore sentry shortcut signable signal silicon
    simply slack smart smarty snowflake solar sonar spaces spark speech splunk square stability stable status stitch
    storage storm story stream stripe sunshine survey swell technical tenant testing thousand ticket tmetric toggl
    token tokenization transfer translator travel travis trend twelve twilio twist twitter typeform unify uptime
    validation vault verifier virus visual vultr watson weather webex website world youtube zendesk
"""

COMMON: Final = frozenset(_WORDS.split())
