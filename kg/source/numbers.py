"""Numbers as automatic numbering shows them, in docx files and in the lists of web pages.

What lives here: the formats of ECMA-376 part 1, 17.18.59, and the list styles of CSS that have the same forms.
What never will: reading a number back (``numeral`` in ``kg/structure``).
"""

from __future__ import annotations

import re

_DIGITS = "零一二三四五六七八九"
_CIRCLES = "".join(map(chr, (*range(0x2460, 0x2474), *range(0x3251, 0x3260), *range(0x32B1, 0x32C0))))
_ENCLOSED = {
    "decimalEnclosedCircle": _CIRCLES,
    "decimalEnclosedCircleChinese": _CIRCLES,
    "decimalEnclosedFullstop": "⒈⒉⒊⒋⒌⒍⒎⒏⒐⒑⒒⒓⒔⒕⒖⒗⒘⒙⒚⒛",
    "decimalEnclosedParen": "⑴⑵⑶⑷⑸⑹⑺⑻⑼⑽⑾⑿⒀⒁⒂⒃⒄⒅⒆⒇",
    "ideographEnclosedCircle": "㊀㊁㊂㊃㊄㊅㊆㊇㊈㊉",
    "ideographTraditional": "甲乙丙丁戊己庚辛壬癸",
    "ideographZodiac": "子丑寅卯辰巳午未申酉戌亥",
}
_LEGAL = {
    "chineseLegalSimplified": "零壹贰叁肆伍陆柒捌玖拾佰",
    "ideographLegalTraditional": "零壹貳參肆伍陸柒捌玖拾佰",
    "japaneseLegal": "零壱弐参四伍六七八九拾百",
}
_BY_DIGIT = ("ideographDigital", "japaneseDigitalTenThousand", "taiwaneseDigital", "koreanDigital2")


def counted(n: int, form: str) -> str:
    """A number in one of the formats of automatic numbering; in figures where the format is not known.

    >>> [counted(12, f) for f in ("decimal", "chineseCounting", "upperLetter", "lowerRoman", "decimalEnclosedCircle")]
    ['12', '十二', 'L', 'xii', '⑫']
    >>> [counted(10, f) for f in ("ideographDigital", "chineseLegalSimplified", "decimalEnclosedParen", "decimalZero")]
    ['一〇', '壹拾', '⑽', '10']
    """
    if form in ("upperLetter", "lowerLetter"):
        letter = chr(65 + (n - 1) % 26) * min((n - 1) // 26 + 1, 9)
        return letter if form == "upperLetter" else letter.lower()
    if form in ("upperRoman", "lowerRoman"):
        roman = _roman(n)
        return roman if form == "upperRoman" else roman.lower()
    if 1 <= n <= len(_ENCLOSED.get(form, "")):
        return _ENCLOSED[form][n - 1]
    if form in _BY_DIGIT:
        return "".join("〇一二三四五六七八九"[int(c)] for c in str(n))
    if form in _LEGAL and 0 < n < 1000:
        plain = _chinese(n)
        plain = "一" + plain if plain.startswith("十") else plain
        return plain.translate(str.maketrans(_DIGITS + "十百", _LEGAL[form]))
    if re.match(r"(?:chinese|japanese|taiwanese)Counting", form) and 0 < n < 1000:
        return _chinese(n)
    if form.startswith("decimalFullWidth"):
        return "".join(chr(ord(c) + 0xFEE0) for c in str(n))
    if form == "decimalZero":
        return f"{n:02}"
    return "" if form == "none" else str(n)


def _chinese(n: int) -> str:
    hundreds, rest = divmod(n, 100)
    tens, ones = divmod(rest, 10)
    out = _DIGITS[hundreds] + "百" if hundreds else ""
    if tens:
        out += ("" if tens == 1 and not hundreds else _DIGITS[tens]) + "十"
    elif hundreds and ones:
        out += "零"
    return out + (_DIGITS[ones] if ones else "")


_ROMAN = ((100, "C"), (90, "XC"), (50, "L"), (40, "XL"), (10, "X"), (9, "IX"), (5, "V"), (4, "IV"), (1, "I"))


def _roman(n: int) -> str:
    out = ""
    for value, sign in _ROMAN:
        while n >= value and len(out) < 30:
            out, n = out + sign, n - value
    return out
