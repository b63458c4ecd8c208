/**
 * What is inside a PDF that pdfkit wrote, for tests to ask: its objects are plain text, its streams are deflated.
 */
import { inflateSync } from 'node:zlib'

export interface PdfParts {
  /** All that is not a stream. */
  objects: string
  /** The drawing's operators. */
  content: string
  /** Each text in the order in which it was drawn. */
  texts: string[]
  /** The same for each page, in their order. */
  pages: { content: string; texts: string[] }[]
}

export function pdfParts(bytes: Uint8Array): PdfParts {
  const whole = Buffer.from(bytes).toString('latin1')
  const streams = new Map<string, string>()
  const objects = whole.replace(
    /(\d+) 0 obj\n(<<(?:(?!endobj)[^])*?>>)\nstream\n([^]*?)\nendstream/g,
    (_, id: string, head: string, body: string) => {
      const data = Buffer.from(body, 'latin1')
      streams.set(id, head.includes('/FlateDecode') ? inflateSync(data).toString('latin1') : body)
      return `${id} 0 obj\n${head}\n`
    },
  )
  const contents = /\/Contents (\d+) 0 R/.exec(objects)?.[1] ?? ''
  const content = streams.get(contents) ?? ''
  const fonts = fontsOf(objects, streams)
  const pages = [...objects.matchAll(/\/Type \/Page\b[^]*?\/Contents (\d+) 0 R/g)].map(([, id = '']) => {
    const drawn = streams.get(id) ?? ''
    return { content: drawn, texts: textsIn(drawn, fonts) }
  })
  return { objects, content, texts: textsIn(content, fonts), pages }
}

/** Name of each font on the page, with its way from glyph codes to characters. */
function fontsOf(objects: string, streams: ReadonlyMap<string, string>): Map<string, Map<string, string>> {
  const names = /\/Font <<([^>]*)>>/.exec(objects)?.[1] ?? ''
  return new Map(
    [...names.matchAll(/\/(F\d+) (\d+) 0 R/g)].map(([, name = '', id = '']) => {
      const object = new RegExp(`(?:^|\\n)${id} 0 obj\\n([^]*?)endobj`).exec(objects)?.[1] ?? ''
      const map = streams.get(/\/ToUnicode (\d+) 0 R/.exec(object)?.[1] ?? '') ?? ''
      return [name, charactersIn(map)]
    }),
  )
}

/** `<0000> <0002> [<0000> <03c3> <0028>]`: the characters of the codes from the first on. */
function charactersIn(map: string): Map<string, string> {
  const characters = new Map<string, string>()
  for (const [, first = '', list = ''] of map.matchAll(/<([\da-f]{4})> <[\da-f]{4}> \[([^\]]*)\]/gi)) {
    ;[...list.matchAll(/<([\da-f ]*)>/gi)].forEach(([, hex = ''], i) => {
      const code = (parseInt(first, 16) + i).toString(16).padStart(4, '0')
      characters.set(code, Buffer.from(hex.replace(/ /g, ''), 'hex').swap16().toString('utf16le'))
    })
  }
  return characters
}

function textsIn(content: string, fonts: ReadonlyMap<string, ReadonlyMap<string, string>>): string[] {
  return [...content.matchAll(/\/(F\d+) [\d.]+ Tf([^]*?)ET/g)].map(([, font = '', shown = '']) =>
    [...shown.matchAll(/<([\da-f]+)>/gi)]
      .flatMap(([, hex = '']) => hex.toLowerCase().match(/.{4}/g) ?? [])
      .map((code) => fonts.get(font)?.get(code) ?? '\uFFFD')
      .join(''),
  )
}
