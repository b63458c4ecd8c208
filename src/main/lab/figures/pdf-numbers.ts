/**
 * Numbers in a PDF. Inter moves what follows a seven, a point or a one so near that "7.32" can be taken for 732.
 */
type TextOptions = Pick<PDFKit.Mixins.TextOptions, 'features'>

const NUMBER = /\d[.,]\d/

/** For `text` and `widthOfString`, which must agree. */
export function numberSetting(text: string): TextOptions {
  // a feature that is switched off is an object to fontkit; pdfkit's types know lists only
  return NUMBER.test(text) ? ({ features: { kern: false } } as unknown as TextOptions) : {}
}
