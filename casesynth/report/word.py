"""The reference document that gives Word files their styles, made from pandoc's own by code: nobody edits it by hand."""

import io
import re
import zipfile

from casesynth.core.archives import packed

#: Styles that change: id -> (size in half points, colour, font, space before and after in twentieths of a point).
STYLES = {
    "Title": (38, "0B3C5D", "Calibri", 0, 160),
    "Heading1": (32, "0B3C5D", "Calibri", 480, 120),
    "Heading2": (25, "1B1B1B", "Calibri", 360, 80),
    "Heading3": (22, "0B3C5D", "Calibri", 240, 60),
    "BodyText": (22, "1B1B1B", "Calibri", 0, 140),
    "FirstParagraph": (22, "1B1B1B", "Calibri", 0, 140),
    "Compact": (20, "1B1B1B", "Calibri", 30, 30),
    "ImageCaption": (19, "444444", "Calibri", 60, 200),
    "TableCaption": (19, "444444", "Calibri", 200, 80),
}
NEW = (
    '<w:style w:type="paragraph" w:customStyle="1" w:styleId="Note"><w:name w:val="Note"/><w:basedOn w:val="BodyText"/>'
    '<w:pPr><w:pBdr><w:left w:val="single" w:sz="24" w:space="8" w:color="0072B2"/></w:pBdr>'
    '<w:shd w:val="clear" w:color="auto" w:fill="F1F5F8"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC1"><w:name w:val="toc 1"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    '<w:pPr><w:spacing w:before="60" w:after="20"/></w:pPr></w:style>'
    '<w:style w:type="paragraph" w:styleId="TOC2"><w:name w:val="toc 2"/><w:basedOn w:val="Normal"/><w:next w:val="Normal"/>'
    '<w:pPr><w:spacing w:before="0" w:after="10"/><w:ind w:left="280"/></w:pPr><w:rPr><w:sz w:val="20"/></w:rPr></w:style>'
)
TABLE = (
    '<w:tblBorders><w:top w:val="single" w:sz="8" w:color="0B3C5D"/><w:bottom w:val="single" w:sz="8" w:color="0B3C5D"/>'
    '<w:insideH w:val="single" w:sz="4" w:color="C8D2DA"/></w:tblBorders>'
)
SPACE = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
FIELD = '<w:r><w:fldChar w:fldCharType="{0}"/></w:r>'
FOOTER = (
    f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?><w:ftr {SPACE}><w:p><w:pPr><w:jc w:val="center"/></w:pPr>'
    + FIELD.format("begin")
    + '<w:r><w:instrText xml:space="preserve"> PAGE </w:instrText></w:r>'
    + FIELD.format("separate")
    + "<w:r><w:t>1</w:t></w:r>"
    + FIELD.format("end")
    + "</w:p></w:ftr>"
)
PAGE = (
    '<w:footerReference w:type="default" r:id="rIdFooter"/><w:pgSz w:w="11906" w:h="16838"/>'
    '<w:pgMar w:top="1304" w:right="1304" w:bottom="1304" w:left="1304" w:header="600" w:footer="600" w:gutter="0"/>'
)
RELATION = (
    '<Relationship Id="rIdFooter" Target="footer9.xml" '
    'Type="http://schemas.openxmlformats.org/officeDocument/2006/relationships/footer"/>'
)
KIND = (
    '<Override PartName="/word/footer9.xml" '
    'ContentType="application/vnd.openxmlformats-officedocument.wordprocessingml.footer+xml"/>'
)


def reference(default: bytes) -> bytes:
    """Pandoc's reference document with our styles, A4 pages and page numbers."""
    parts = {}
    with zipfile.ZipFile(io.BytesIO(default)) as archive:
        for item in archive.infolist():
            parts[item.filename] = archive.read(item)
    parts["word/styles.xml"] = styled(parts["word/styles.xml"].decode()).encode()
    document = parts["word/document.xml"].decode()
    parts["word/document.xml"] = re.sub(
        r"<w:sectPr\b.*?</w:sectPr>|<w:sectPr\s*/>", f"<w:sectPr>{PAGE}</w:sectPr>", document, flags=re.S
    ).encode()
    relations = "word/_rels/document.xml.rels"
    parts[relations] = parts[relations].replace(b"</Relationships>", RELATION.encode() + b"</Relationships>")
    parts["[Content_Types].xml"] = parts["[Content_Types].xml"].replace(b"</Types>", KIND.encode() + b"</Types>")
    parts["word/footer9.xml"] = FOOTER.encode()
    return packed(parts)


def styled(xml: str) -> str:
    """styles.xml with the sizes, colours and fonts of `STYLES`, and the styles that pandoc does not have."""
    xml = xml.replace("</w:styles>", f"{NEW}</w:styles>")
    for style, (size, colour, font, before, after) in STYLES.items():
        found = re.search(rf'<w:style\b[^>]*w:styleId="{style}".*?</w:style>', xml, re.S)
        if not found:
            continue
        own = re.sub(r"<w:rPr>.*?</w:rPr>", "", found[0], flags=re.S)
        bold = "<w:b/>" if style.startswith(("Heading", "Title")) else ""
        run = f'<w:rPr><w:rFonts w:ascii="{font}" w:hAnsi="{font}" w:cs="{font}"/>{bold}<w:color w:val="{colour}"/>'
        run += f'<w:sz w:val="{size}"/><w:szCs w:val="{size}"/></w:rPr>'
        spacing = f'<w:spacing w:before="{before}" w:after="{after}"/>'
        own = own.replace('<w:jc w:val="center" />', "")
        if "<w:spacing" in own:
            own = re.sub(r"<w:spacing\b[^>]*/>", spacing, own, count=1)
        elif "<w:pPr>" not in own:
            run = f"<w:pPr>{spacing}</w:pPr>{run}"
        xml = xml.replace(found[0], own.replace("</w:style>", f"{run}</w:style>"))
    xml = re.sub(r'(w:styleId="Table".*?<w:tblInd\b[^>]*/>)', rf"\1{TABLE}", xml, count=1, flags=re.S)
    return re.sub(
        r'(w:styleId="Table".*?<w:tblStylePr w:type="firstRow">)', r"\1<w:rPr><w:b/></w:rPr>", xml, count=1, flags=re.S
    )
