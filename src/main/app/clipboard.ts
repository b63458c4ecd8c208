/**
 * Pictures on the clipboard. The clipboard of today's Electron is the web's; older ones, which some machines have
 * instead, take a picture of their own.
 */
import { clipboard, nativeImage, type NativeImage } from 'electron'

interface OlderClipboard {
  writeImage(image: NativeImage): void
}

/** False if those bytes are no picture. */
export async function copyPicture(png: Uint8Array): Promise<boolean> {
  const bytes = Buffer.from(png)
  const image = nativeImage.createFromBuffer(bytes)
  if (image.isEmpty()) return false
  // asked for only now: a static import of a name that is missing keeps the app from starting
  // eslint-disable-next-line rooms/arrows -- one name is taken, and not ipcMain
  const { ClipboardItem: Item } = (await import('electron')) as Partial<typeof import('electron')>
  if (Item) await clipboard.write([new Item({ 'image/png': new Blob([bytes], { type: 'image/png' }) })])
  else (clipboard as unknown as OlderClipboard).writeImage(image)
  return true
}
