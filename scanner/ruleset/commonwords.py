"""Words that name a vendor or a product and stand all over ordinary code besides.

Measured over 320 MB of Python and JavaScript: each of these occurs more than three times in ten megabytes. The
prefilter looks for them only together with the next part of the key (`github_token`); a rarer word is looked for alone.
"""

from __future__ import annotations

from typing import Final

_WORDS: Final = """
    abstract access account admin amplitude apigw assembly atlas authorization azure better bootstrap brain
    braintree branch browser bundle butter channel chart checkout circle client cloud cohere company computer
    connected consumer content convert convex currency customer daily deepl devops digital discovery docker
    document documentdb eight elastic entra event export facebook fileio fixer flight forest forge frame fresh
    function functions github gitlab gmail google graph image influx influxdb insta intra invoice iterable
    kling kubernetes lark launch linear location loops manifest message metal microsoft mongo notify oauth
    packet pager parsers paypal personal private provision refresh routing scraper search secret segment
    sentry shortcut signal slack smart smarty solar spaces spark speech square stability stable status storage
    stream stripe tenant testing thousand token translator twitter vault
"""

COMMON: Final = frozenset(_WORDS.split())
