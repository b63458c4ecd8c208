/**
 * Pictures on the clipboard. The clipboard of today's Electron is the web's; older ones, which some machines have
 * instead, take a picture of their own. A namespace is imported, as a name that is missing there keeps the app from starting.
 */
import * as electron from 'electron'

interface OlderClipboard {
  writeImage(image: electron.NativeImage): void
}

/** False if those bytes are no picture. */
export async function copyPicture(png: Uint8Array): Promise<boolean> {
  const { clipboard, nativeImage } = electron
  const bytes = Buffer.from(png)
  const image = nativeImage.createFromBuffer(bytes)
  if (image.isEmpty()) return false
  const Item = electron.ClipboardItem as typeof electron.ClipboardItem | undefined
  if (Item) await clipboard.write([new Item({ 'image/png': new Blob([bytes], { type: 'image/png' }) })])
  else (clipboard as unknown as OlderClipboard).writeImage(image)
  return true
}
