/* The text of a PDF, read in the browser: enough for what Word, LibreOffice, Acrobat and Typst write.
   A value of PDF syntax is a number, a name ("/Type"), a list, a dictionary (Map), a string ({bytes}), a reference ({to}),
   an operator ({does}) or a stream ({head, data}). Bytes are strings of characters up to 255. */

const PDF_TOKEN = /(?:[\0\t\n\f\r ]|%[^\r\n]*)*(?:(<<|>>|[[\]{}])|<([\da-fA-F\s]*)>|(\/[^\0\t\n\f\r ()<>[\]{}/%]*)|(\()|([^\0\t\n\f\r ()<>[\]{}/%]+))/y;
const PDF_ESCAPES = {n: "\n", r: "\r", t: "\t", b: "\b", f: "\f"};
const bytesOf = text => Uint8Array.from(text, sign => sign.charCodeAt(0));
const numberOf = text => [...text].reduce((number, sign) => number * 256 + sign.charCodeAt(0), 0);
const wideText = text => new TextDecoder("utf-16be").decode(bytesOf(text));

function textOf(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 8192) text += String.fromCharCode(...bytes.subarray(at, at + 8192));
  return text;
}

class PdfSyntax {
  constructor(text, at = 0) {
    Object.assign(this, {text, at});
  }

  /* The next value; undefined at the end. */
  value() {
    PDF_TOKEN.lastIndex = this.at;
    const found = PDF_TOKEN.exec(this.text);
    if (!found) return undefined;
    this.at = PDF_TOKEN.lastIndex;
    const [, sign, hex, name, quoted, word] = found;
    if (sign === "[") return this.list("]");
    if (sign === "<<") {
      const list = this.list(">>");
      return new Map(list.flatMap((name, n) => n % 2 ? [] : [[name, list[n + 1]]]));
    }
    if (hex !== undefined) return {bytes: hex.replace(/\s/g, "").replace(/..?/g, pair => String.fromCharCode(parseInt(pair.padEnd(2, "0"), 16)))};
    if (name) return name;
    if (quoted) return this.string();
    return sign || isNaN(word) ? {does: sign || word} : Number(word);
  }

  list(end) {
    const made = [];
    for (let value = this.value(); value !== undefined && value.does !== end; value = this.value()) {
      if (value.does === "R") made.splice(-2, 2, {to: made.at(-2)});
      else made.push(value);
    }
    return made;
  }

  string() {
    let bytes = "", deep = 1;
    for (; this.at < this.text.length; this.at += 1) {
      const sign = this.text[this.at];
      if (sign === "\\") {
        const code = /^(?:[0-7]{1,3}|\r\n|[^]|$)/.exec(this.text.slice(this.at + 1, this.at + 4))[0];
        this.at += code.length;
        bytes += /^[0-7]/.test(code) ? String.fromCharCode(parseInt(code, 8) & 255) : /[\r\n]/.test(code) ? "" : PDF_ESCAPES[code] || code;
        continue;
      }
      deep += (sign === "(") - (sign === ")");
      if (!deep) break;
      bytes += sign;
    }
    this.at += 1;
    return {bytes};
  }
}

/* The objects of a file by number; the last of a number counts. */
class PdfFile {
  async read(text) {
    const places = [...text.matchAll(/(?<!\d)(\d+)\s+\d+\s+obj\b/g)].map(found => [Number(found[1]), found.index + found[0].length]);
    const starts = new Map(places);
    this.objects = new Map();
    for (const [id, at] of places) {
      const object = this.object(text, at, starts);
      this.objects.set(id, object);
      if (this.of(object, "/Type") === "/ObjStm") await this.unpack(object);
    }
    return this;
  }

  object(text, at, starts) {
    const syntax = new PdfSyntax(text, at), head = syntax.value();
    const begins = /^\s*stream\r?\n?/.exec(text.slice(syntax.at, syntax.at + 40));
    if (!(head instanceof Map) || !begins) return head;
    const from = syntax.at + begins[0].length, given = head.get("/Length");
    const length = given?.to ? new PdfSyntax(text, starts.get(given.to) ?? text.length).value() : given;
    const right = /^\s*endstream/.test(text.slice(from + length, from + length + 20));
    return {head, data: text.slice(from, right ? from + length : text.indexOf("endstream", from))};
  }

  async unpack(stream) {
    const text = await this.data(stream), heads = new PdfSyntax(text), first = this.of(stream, "/First");
    for (let n = this.of(stream, "/N"); n > 0; n -= 1) this.objects.set(heads.value(), new PdfSyntax(text, first + heads.value()).value());
  }

  get(value) {
    return value?.to === undefined ? value : this.get(this.objects.get(value.to));
  }

  /* What a dictionary has under a name, and what that has under the next name; references are followed. */
  of(holder, ...names) {
    return names.reduce((value, name) => {
      const found = this.get(value), own = found?.head ?? found;
      return own instanceof Map ? this.get(own.get(name)) : undefined;
    }, holder);
  }

  /* The data of a stream; nothing where they are coded as text is not. A line break may follow the data. */
  async data(stream) {
    const filters = [this.of(stream, "/Filter") ?? []].flat(), data = this.get(stream)?.data ?? "";
    if (filters.length !== 1) return filters.length ? "" : data;
    for (const less of filters[0] === "/FlateDecode" ? [0, 1, 2] : []) {
      const packed = new Blob([bytesOf(data.slice(0, data.length - less))]).stream().pipeThrough(new DecompressionStream("deflate"));
      const bytes = await new Response(packed).arrayBuffer().catch(() => null);
      if (bytes) return textOf(new Uint8Array(bytes));
    }
    return "";
  }

  /* The pages in their order, each with its resources. */
  pages(node, elders, deep = 0) {
    const own = this.of(node, "/Resources") || elders, kids = this.of(node, "/Kids");
    return kids && deep < 50 ? kids.flatMap(kid => this.pages(kid, own, deep + 1)) : [[node, own]];
  }
}

/* What a font makes of its codes: letters, widths in thousandths, and the number of bytes of a code. */
async function pdfFont(file, font) {
  const made = {letters: new Map(), widths: new Map(), usual: 500, bytes: 1}, inner = file.of(font, "/DescendantFonts")?.[0];
  if (inner) {
    Object.assign(made, {bytes: 2, usual: file.of(inner, "/DW") ?? 1000});
    const list = (file.of(inner, "/W") || []).map(value => file.get(value));
    for (let n = 0; n < list.length; n += Array.isArray(list[n + 1]) ? 2 : 3) {
      if (Array.isArray(list[n + 1])) list[n + 1].forEach((width, k) => made.widths.set(list[n] + k, file.get(width)));
      else for (let code = list[n]; code <= list[n + 1]; code += 1) made.widths.set(code, list[n + 2]);
    }
  } else {
    const encoding = file.of(font, "/Encoding"), decoder = new TextDecoder([encoding, file.of(encoding, "/BaseEncoding")].includes("/MacRomanEncoding") ? "macintosh" : "windows-1252");
    for (let code = 32; code < 256; code += 1) made.letters.set(code, decoder.decode(Uint8Array.of(code)));
    (file.of(font, "/Widths") || []).forEach((width, n) => made.widths.set(n + file.of(font, "/FirstChar"), file.get(width)));
  }
  readMap(await file.data(file.of(font, "/ToUnicode")), made.letters);
  return made;
}

/* A ToUnicode map: codes and the letters that they show, one by one or in ranges. */
function readMap(text, letters) {
  const syntax = new PdfSyntax(text);
  let told = [];
  for (let value = syntax.value(); value !== undefined; value = syntax.value()) {
    const step = {endbfchar: 2, endbfrange: 3}[value.does];
    for (let n = 0; step && n + step <= told.length; n += step) {
      const first = numberOf(told[n].bytes), last = step === 2 ? first : Math.min(numberOf(told[n + 1].bytes), first + 65535), to = told[n + step - 1];
      for (let code = first; code <= last; code += 1) {
        const own = wideText((Array.isArray(to) ? to[code - first]?.bytes : to.bytes) ?? "");
        letters.set(code, Array.isArray(to) || code === first ? own : own.slice(0, -1) + String.fromCharCode(own.charCodeAt(own.length - 1) + code - first));
      }
    }
    if (value.does) told = [];
    else told.push(value);
  }
}

function times([a, b, c, d, e, f], [A, B, C, D, E, F]) {
  return [a * A + b * C, a * B + b * D, c * A + d * C, c * B + d * D, e * A + f * C + E, e * B + f * D + F];
}

/* The text that the operators of a page show: with a space where a gap is, and a new line where one begins. */
class PdfPage {
  constructor(fonts) {
    Object.assign(this, {fonts, text: "", saved: [], own: {matrix: [1, 0, 0, 1, 0, 0], size: 1, leading: 0, letter: 0, word: 0}});
  }

  show({bytes}) {
    const {font, size, letter, word, matrix} = this.own, [a, b, , , x, y] = times(this.now, matrix), scale = Math.hypot(a, b), high = size * scale;
    if (!font) return;
    if (this.ends) {
      const along = ((x - this.ends[0]) * a + (y - this.ends[1]) * b) / scale, down = Math.abs((y - this.ends[1]) * a - (x - this.ends[0]) * b) / scale;
      if (down > high / 2 || along < -high) this.text += "\n";
      else if (along > 0.15 * high && !/\s$/.test(this.text)) this.text += " ";
    }
    for (let n = 0; n < bytes.length; n += font.bytes) {
      const code = numberOf(bytes.slice(n, n + font.bytes));
      this.text += font.letters.get(code) ?? "\ufffd";
      this.move((font.widths.get(code) ?? font.usual) / 1000 * size + letter + (font.bytes === 1 && code === 32 ? word : 0));
    }
    this.ends = times(this.now, matrix).slice(4);
  }

  move(across) {
    this.now = times([1, 0, 0, 1, across, 0], this.now);
  }

  line(x, y) {
    this.start = this.now = times([1, 0, 0, 1, x, y], this.start);
  }

  run(content) {
    const syntax = new PdfSyntax(content);
    let given = [];
    for (let value = syntax.value(); value !== undefined; value = syntax.value()) {
      if (value.does) this.step(value.does, given);
      if (value.does === "ID") syntax.at = Math.max(content.indexOf("EI", syntax.at), syntax.at);
      if (value.does) given = [];
      else given.push(value);
    }
    return this.text;
  }

  step(operator, given) {
    const own = this.own, [first, second] = given;
    if (operator === "q") this.saved.push({...own});
    if (operator === "Q" && this.saved.length) this.own = this.saved.pop();
    if (operator === "cm") own.matrix = times(given, own.matrix);
    if (operator === "BT") this.start = this.now = [1, 0, 0, 1, 0, 0];
    if (operator === "Tm") this.start = this.now = given;
    if (operator === "Tf") [own.font, own.size] = [this.fonts.get(first), second];
    if (operator === "TL") own.leading = first;
    if (operator === "TD") own.leading = -second;
    if (operator === "Tc") own.letter = first;
    if (operator === "Tw") own.word = first;
    if (operator === '"') [own.word, own.letter] = given;
    if (operator === "Td" || operator === "TD") this.line(first, second);
    if (["T*", "'", '"'].includes(operator)) this.line(0, -own.leading);
    if (["Tj", "'", '"'].includes(operator)) this.show(given.at(-1));
    if (operator === "TJ") for (const part of first) part.bytes === undefined ? this.move(-part / 1000 * own.size) : this.show(part);
  }
}

function unreadable(why) {
  return Object.assign(Error(why), {told: true});
}

/* The text of a PDF, its pages parted by form feeds. Throws an Error, whose words tell the reader why where it is `told`. */
async function pdfText(bytes) {
  const text = textOf(bytes), file = await new PdfFile().read(text), known = new Map(), pages = [];
  if (/\/Encrypt\s*(<<|\d)/.test(text)) throw unreadable("is locked");
  const root = [...file.objects.values()].filter(object => file.of(object, "/Type") === "/Catalog").at(-1);
  for (const [page, resources] of file.pages(file.of(root, "/Pages"))) {
    const fonts = new Map(), content = [];
    for (const [name, value] of file.of(resources, "/Font") || []) {
      const font = file.get(value);
      if (!known.has(font)) known.set(font, await pdfFont(file, font));
      fonts.set(name, known.get(font));
    }
    for (const part of [file.of(page, "/Contents") ?? []].flat()) content.push(await file.data(part));
    pages.push(new PdfPage(fonts).run(content.join("\n")));
  }
  const letters = pages.join("").replace(/\s/g, "");
  if (!letters) throw unreadable("holds no text that could be read; it may be a scan");
  if (letters.split("\ufffd").length > letters.length / 3) throw unreadable("does not say which letters its fonts show");
  return pages.join("\f").replaceAll("\u00ad", "-");  // what a page shows is a hyphen, whatever its font calls it
}
