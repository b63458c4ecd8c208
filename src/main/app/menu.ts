/**
 * The window's menu: what the keyboard expects of any application. Reload and developer tools only while developing.
 */
import type { MenuItemConstructorOptions } from 'electron'

export function menuTemplate(options: { isMac: boolean; isDeveloping: boolean }): MenuItemConstructorOptions[] {
  const developing: MenuItemConstructorOptions[] = [
    { type: 'separator' },
    { role: 'reload' },
    { role: 'toggleDevTools' },
  ]
  return [
    options.isMac ? { role: 'appMenu' } : { label: '&File', submenu: [{ role: 'quit' }] },
    { role: 'editMenu' },
    {
      label: '&View',
      submenu: [
        { role: 'resetZoom' },
        { role: 'zoomIn' },
        { role: 'zoomOut' },
        { type: 'separator' },
        { role: 'togglefullscreen' },
        ...(options.isDeveloping ? developing : []),
      ],
    },
    ...(options.isMac ? [{ role: 'windowMenu' } as const] : []),
  ]
}
