"""Words that name a vendor or a product and stand all over ordinary code besides.

Measured over 320 MB of Python and JavaScript: each of these occurs more than four times in a hundred megabytes. The
prefilter looks for them only together with the next part of the key (`github_token`); a rarer word is looked for alone.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
    abstract abuse access account admin adobe adyen alchemy alien amplitude apigw apiv3 approle artsy assembly
    atlas auth0 authorization authtoken azure bearer better bitbucket boost bootstrap brain braintree branch brand
    browser bundle butter captcha central channel chart checkout circle circleci cisco client cloud cohere column
    company computer config confluence confluent connected consumer content conversion convert convex country
    courier crypto currency customer daily datadog decryption deepl deployer detect devise devops digital direct
    discord discovery docker document documentdb eight elastic eleven email entra event exchange export facebook
    fernet figma fileio fixer flight float forest forge frame fresh function functions geocod geoip getstream
    ghost github gitlab gmail google graph guardian harvest hcloud hello hyper image influx influxdb insta intra
    invoice iterable jenkins kling kubernetes lark launch lemon linear linode location loops manifest message
    metal microsoft mongo mongodb netcore newrelic notify nvidia oauth oauthtoken package packet pager pagerduty
    parsers particle pastebin paypal pendo personal phrase position private provision public rails rapid reach
    really redhat refresh repair reply request rocket rollbar routing salesforce sanity satis sauce scrape scraper
    scraping search secret security segment select semaphore sentry shortcut signable signal silicon simply slack
    smart smarty snowflake solar sonar spaces spark speech splunk square stability stable status stitch storage
    storm story stream stripe sunshine survey swell technical tenant testing thousand ticket toggl token
    tokenization transfer translator travel travis trend twelve twilio twist twitter typeform unify uptime
    validation vault verifier virus visual watson weather webex website world youtube zendesk
"""

COMMON: Final = frozenset(_WORDS.split())
