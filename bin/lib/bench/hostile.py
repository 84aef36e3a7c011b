"""The worst that somebody can send of each kind: bodies that are made to cost their reader the most.

Each maker takes a number of bytes and answers a body of about that size, never more."""
import io
import random
import struct
import zipfile
import zlib


def filled(piece, before=b"", after=b""):
    """A piece again and again."""
    return lambda size: before + piece * ((size - len(before) - len(after)) // len(piece)) + after


def numbered(form, before=b"", after=b"", most=10**9):
    """Pieces that differ by their number, at most so many."""
    def make(size):
        pieces, left = [], size - len(before) - len(after)
        for number in range(most):
            piece = form(number)
            left -= len(piece)
            if left < 0:
                break
            pieces.append(piece)
        return before + b"".join(pieces) + after
    return make


# What takes thought: a mark on the letter before, a letter joined with the next, one that is half a flag.
MARK, JOINED, FLAG = "\u0301".encode(), "\U0001f468\u200d".encode(), "\U0001f1e8".encode()

# Multipart, with boundaries of one letter and of the most letters that there may be.

SHORT, LONG = "x", "x" * 70


def part(name, content, file=None):
    named = f'; filename="{file}"' if file else ""
    head = f'--{SHORT}\r\nContent-Disposition: form-data; name="{name}"{named}\r\n\r\n'
    return head.encode() + content + b"\r\n"


def form_of(*parts):
    return b"".join(parts) + b"--" + SHORT.encode() + b"--\r\n"


def fields(count, letter):
    return lambda size: form_of(*[part("body", letter * ((size // count - 100) // len(letter)))] * count)


def pictures(content):
    return lambda size: form_of(*[part("photo", content(size // 5 - 200), "a")] * 5)


def png(size):
    """A PNG of many parts that hold nothing."""
    def chunk(kind, data):
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))
    head = b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", struct.pack(">IIBBBBB", 1, 1, 8, 0, 0, 0, 0))
    return filled(chunk(b"IDAT", b""), head, chunk(b"IEND", b""))(size)


MULTIPART = {
    "delimiters": (SHORT, filled(b"--x\r\n")),
    "carriage returns": (LONG, filled(b"\r")),
    "almost a delimiter": (LONG, filled(b"\r\n--" + b"x" * 69 + b"y")),
    "a delimiter's beginning": (LONG, filled(b"\r\n--" + b"x" * 35)),
    "small parts": (SHORT, filled(part("a", b""))),
    "a head without an end": (SHORT, filled(b"A: b\r\n", b"--x\r\n")),
    "one long field": (SHORT, fields(1, b"a")),
    "fields of broken letters": (SHORT, fields(99, b"\xff")),
    "fields of marks on one letter": (SHORT, fields(9, MARK)),
    "pictures of many parts": (SHORT, pictures(png)),
    "pictures of many segments": (SHORT, pictures(filled(b"\xff\xe1\0\2", b"\xff\xd8"))),
    "pictures of no format": (SHORT, pictures(filled(b"\xff", b"\xff\xd8"))),
}

# Forms.

FORMS = {
    "names": filled(b"a&"),
    "ampersands": filled(b"&"),
    "equal signs": filled(b"="),
    "names that differ": numbered(lambda number: b"%x=1&" % number),
    "as many names as are taken": numbered(lambda number: b"%x=1&" % number, most=4999),
    "per cent signs": filled(b"%", b"body="),
    "letters in hexadecimal": filled(b"%E6%9D%91", b"body="),
    "broken letters": filled(b"%FF", b"body="),
    "almost hexadecimal": filled(b"%G", b"body="),
    "spaces": filled(b"+", b"body="),
    "marks on one letter": filled(MARK, b"body=a"),
    "digits": filled(b"13800000000", b"body="),
    "large fields": numbered(lambda number: b"f%d=" % number + b"%41" * 60 + b"&", most=4999),
}

# JSON. What a text may hold is looked at in a field that the door knows.


def field(letter):
    return filled(letter, b'{"source":"patrol","body":"', b'"}')


def names(form):
    return numbered(lambda number: b'"' + form(number) + b'":1,', b"{", b'"z":1}')


JSON = {
    "deep lists": filled(b"["),
    "deep objects": filled(b'{"a":'),
    "a million names": names(lambda number: b"%x" % number),
    "names with one beginning": names(lambda number: b"a" * 1000 + b"%d" % number),
    "names with many marks": names(lambda number: b"a" + MARK * 400 + b"%d" % (number * 7919 % 1_000_003)),
    "one name again and again": names(lambda number: b"a"),
    "a long number": filled(b"9", b'{"a":', b"}"),
    "a long fraction": filled(b"1", b'{"a":0.', b"e-1}"),
    "numbers": filled(b"1e1,", b'{"a":[', b"1]}"),
    "lists of nothing": filled(b"[],", b'{"a":[', b"1]}"),
    "escapes": field(b"\\u6751"),
    "escapes in two halves": field(b"\\ud83d\\ude00"),
    "short escapes": field(b"\\n"),
    "marks on one letter": field(MARK),
    "joined letters": field(JOINED),
    "flags": field(FLAG),
    "digits": field(b"13800000000"),
    "white space": filled(b" ", after=b"{}"),
    "a text without an end": filled(b"a", b'{"body":"'),
}

# YAML: texts of schemes.


def doubling():
    """Names for lists of names, ten times more each, behind what a reader of lines takes for a comment."""
    lines = ['k0: {z: "#", y: &a0 [x, x, x, x, x, x, x, x, x, x]}']
    for level in range(1, 10):
        inner = ", ".join([f"*a{level - 1}"] * 10)
        lines.append(f'k{level}: {{z: "#", y: &a{level} [{inner}]}}')
    lines.append('last: {z: "#", ? *a9 : 1}\n')
    return filled(b"# \n", "\n".join(lines).encode())


YAML = {
    "names for lists of names": doubling(),
    "names": numbered(lambda number: b"k%d: &a%d x\n" % (number, number)),
    "one long list": filled(b"x,", b"a: [", b"]"),
    "a list in many lines": filled(b"x,\n", b"a: [", b"]"),
    "deep lists": filled(b"[", b"a: "),
    "deep maps": filled(b"{a: ", b"a: "),
    "lists in a line": filled(b"- "),
    "questions": filled(b"? "),
    "deeper each line": numbered(lambda number: b" " * number + b"a:\n"),
    "one long map": numbered(lambda number: b"k%d: 1, " % number, b"a: {", b"}"),
    "one long word": filled(b"x", b"a: "),
    "a word in many lines": filled(b"x\n ", b"a: "),
    "a word of empty lines": filled(b"\n", b"a: x", b"\n y"),
    "a quoted word of escapes": filled(b"\\u6751", b'a: "', b'"'),
    "a quoted word of spaces": filled(b" \n", b'a: "', b'"'),
    "a block of lines": filled(b" x\n", b"a: |\n"),
    "a folded block": filled(b" x\n\n", b"a: >\n"),
    "comments": filled(b"#\n"),
    "documents": filled(b"---\n"),
    "directives": filled(b"%TAG ! x\n"),
    "unknown keys": numbered(lambda number: b"evaluatio%d: 1\n" % number),
    "as many unknown keys as are read": numbered(lambda number: b"evaluatio%d: 1\n" % number, most=9990),
    "one unknown long key": filled(b"a", b"", b": 1\n"),
    "keys in maps of maps": numbered(lambda number: b"  l%d: {titl: 1}\n" % number, b"layers:\n", most=3300),
    "broken letters": filled(b"\xff", b"a: "),
    "tabs": filled(b"\t", b"a:\n"),
}

# CSV. Tables of cases, and of every other kind with rows that are wrong.

CASES = b"number,body\n"
KINDS = {
    "register": "行政村,户编号,姓名", "villages": "行政村",
    "codes": "nbs_2016,mca_2025", "territories": "code,name,level,parent", "calendar": "date,is_workday",
    "units": "code,name_zh,kind,territory", "points": "code,name,territory",
    "people": "login,name,post_kind,post_zh,unit,territory", "categories": "code,parent,name_zh,name_en",
}


def wrong(heading):
    """A heading, and rows of short words that mean nothing."""
    more = b",x" * heading.count(",") + b"\n"
    return numbered(lambda number: b"%x" % number + more, heading.encode() + b"\n")


CSV = {
    "commas": ("cases", filled(b",")),
    "commas below a heading": ("cases", filled(b",", CASES)),
    "quotation marks": ("cases", filled(b'"')),
    "quoted nothing": ("cases", filled(b'"",""\n', CASES)),
    "quoted line ends": ("cases", filled(b'"\n",a\n', CASES)),
    "quotation marks in a cell": ("cases", filled(b'"' + b'""' * 60_000 + b'",a\n', CASES)),
    "line ends": ("cases", filled(b"\n", CASES)),
    "carriage returns": ("cases", filled(b"\r", CASES)),
    "rows of one cell": ("cases", filled(b"a\n", CASES)),
    "a thousand columns": ("cases", filled(b"," * 999 + b"\n", CASES[:-1] + b",a" * 998 + b"\n")),
    "rows of one number": ("cases", filled(b"1,a\n", CASES)),
    "rows that could be taken": ("cases", numbered(lambda number: b"%x,a\n" % number, CASES)),
    "broken letters": ("cases", filled(b"\xff,\xff\n", CASES)),
    "letters of GB18030": ("cases", filled(b"\xb4\xe5,\xb4\xe5\n", CASES)),
    "cells of marks on one letter": ("cases", filled(b"1," + MARK * 30_000 + b"\n", CASES)),
} | {f"wrong rows of {kind}": (kind, wrong(heading)) for kind, heading in KINDS.items()}

# XLSX.

SPACE = b' xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main"'
HEADING = b'<row><c t="str"><v>number</v></c><c t="str"><v>body</v></c></row>'
ID = b' xmlns:r="http://schemas.openxmlformats.org/officeDocument/2006/relationships" r:id="r1"'
BOOK = b"<workbook" + SPACE + b'><sheets><sheet name="a"' + ID + b"/></sheets></workbook>"
LINK = (b'<Relationships xmlns="http://schemas.openxmlformats.org/package/2006/relationships">'
        b'<Relationship Id="r1" Target="worksheets/sheet1.xml"/></Relationships>')
SHEET, STRINGS, STYLES = "xl/worksheets/sheet1.xml", "xl/sharedStrings.xml", "xl/styles.xml"


def sheet(rows, after=b""):
    """The pieces of a sheet: its heading, these rows, and what follows them."""
    yield b"<worksheet" + SPACE + b"><sheetData>" + HEADING
    yield from rows
    yield b"</sheetData>" + after + b"</worksheet>"


def book(size, rows=(), after=b"", parts=None, whole=()):
    """A workbook of so many bytes: what its sheet leaves is filled with bytes that nobody reads. `parts`:
    more parts, each in pieces; `whole`: what stands for the whole sheet."""
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=6) as archive:
        archive.writestr("xl/workbook.xml", BOOK)
        archive.writestr("xl/_rels/workbook.xml.rels", LINK)
        for name, pieces in {SHEET: whole or sheet(rows, after), **(parts or {})}.items():
            with archive.open(name, "w", force_zip64=True) as stream:
                for piece in pieces:
                    stream.write(piece)
        left = size - file.tell() - 2000
        if left > 0:
            archive.writestr(zipfile.ZipInfo("xl/media/a"), random.Random(1).randbytes(left))
    made = file.getvalue()
    assert len(made) <= size, f"{len(made)} bytes are more than {size}"
    return made


def many(piece, count):
    """A piece so many times, some of them at once."""
    together = max(1, 100_000 // len(piece))
    yield from (piece * together for _ in range(count // together))
    yield piece * (count % together)


def merged(blocks):
    return b"<mergeCells>" + b"".join(b'<mergeCell ref="%s"/>' % block for block in blocks) + b"</mergeCells>"


def wide_merges(size):
    """Blocks over a thousand columns, each a row lower than the one before, over as many rows."""
    blocks = [b"A%d:ALL%d" % (row, 2500) for row in range(2, 2500)]
    return book(size, many(b"<row><c><v>1</v></c></row>", 2500), merged(blocks))


def most_merges(size):
    """As many small blocks as there may be."""
    blocks = [b"A%d:B%d" % (row, row + 1) for row in range(2, min(size // 6, 999_990))]
    return book(size, many(b"<row><c><v>1</v></c></row>", 10), merged(blocks))


def dense(size):
    """As much as may be unpacked: what hardly packs keeps the whole below what is taken for a bomb."""
    chance = random.Random(2)

    def rows():
        for _ in range(size // 218_000):
            yield b"".join(b'<a x="%s"/>' % chance.randbytes(1500).hex().encode() for _ in range(100))
            yield from many(b"<a/>", 1_100_000)
    return book(size, rows())


def bomb(size):
    return book(size, many(b"<a/>", size * 54))


def numbers(size):
    """Honest numbers, as many as fit."""
    chance = random.Random(3)
    row = b"<row><c><v>%d</v></c><c><v>%d</v></c></row>"
    rows = (row % (chance.randrange(10**9), chance.randrange(10**9)) for _ in range(size * 10 // 125))
    return book(size, rows)


def entries(count):
    def make(size):
        file = io.BytesIO()
        with zipfile.ZipFile(file, "w") as archive:
            for number in range(min(count, size // 120)):
                archive.writestr(f"xl/{number}", b"")
        return file.getvalue()
    return make


# A part of more than so many bytes must not pack thirty times tighter.
MOST_UNPACKED = 64 << 20


def repeated(piece, size=MOST_UNPACKED):
    return many(piece, (size - 2000) // len(piece))


def within(root, piece):
    """The pieces of a part with one element in it again and again."""
    yield b"<" + root + SPACE + b">"
    yield from repeated(piece)
    yield b"</" + root + b">"


LAST_COLUMN = b'<row><c r="ALL2"><v>1</v></c></row>'
FORMAT = b'<numFmt numFmtId="1" formatCode="' + b"[" * 1000 + b'"/>'

XLSX = {form: ("cases", make) for form, make in {
    "a thousand columns of merges": wide_merges,
    "many small merges": most_merges,
    "rows whose last column is the thousandth": lambda size: book(size, many(LAST_COLUMN, 20_000)),
    "a million rows": lambda size: book(size, many(b"<row><c><v>1</v></c><c><v>1</v></c></row>", 1_000_000)),
    "empty rows": lambda size: book(size, many(b"<row/>", 1_000_000)),
    "empty cells": lambda size: book(size, repeated(b"<row>" + b"<c/>" * 900 + b"</row>")),
    "elements of no meaning": lambda size: book(size, repeated(b"<a/>")),
    "numbers": numbers,
    "just below a bomb": dense,
    "a bomb": bomb,
    "nothing but spaces": lambda size: book(size, whole=repeated(b" ")),
    "a text of spaces": lambda size: book(size, repeated(b"<row><c><v>" + b" " * 10**6 + b"</v></c></row>")),
    "empty texts": lambda size: book(size, parts={STRINGS: within(b"sst", b"<si/>")}),
    "texts": lambda size: book(size, parts={STRINGS: within(b"sst", b"<si><t>a</t></si>")}),
    "styles": lambda size: book(size, parts={STYLES: within(b"cellXfs", b'<xf numFmtId="14"/>')}),
    "formats": lambda size: book(size, parts={STYLES: within(b"numFmts", FORMAT)}),
    "a document type": lambda size: book(size, whole=(
        b'<!DOCTYPE a [<!ENTITY a "a"><!ENTITY b "', b"&a;" * 100_000, b'">]><a>&b;</a>')),
    "deep elements": lambda size: book(size, whole=repeated(b"<a>")),
    "an element of many attributes": lambda size: book(
        size, whole=(b"<worksheet", *(b' a%x="1"' % number for number in range(size * 44 // 100)), b"/>")),
    "9,000 parts": entries(9_000),
    "40,000 parts": entries(40_000),
    "cut off": lambda size: numbers(size)[: size * 9 // 10],
}.items()}
