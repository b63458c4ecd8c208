/**
 * What no page may do here, whatever it holds: ask for permissions, load from elsewhere, move away, open windows.
 * The objects come in as parameters, so that a test can hold each rule to its word.
 */
import type { App, Session, WebContents } from 'electron'
import { isOwnPage, mayLoad } from './origin'

/** Chromium's own reasons to reach out; none of them is ours. Before Electron is ready. */
export function keepOffline(app: Pick<App, 'commandLine'>): void {
  for (const name of ['disable-background-networking', 'disable-component-update', 'disable-domain-reliability']) {
    app.commandLine.appendSwitch(name)
  }
  app.commandLine.appendSwitch('no-pings')
  app.commandLine.appendSwitch('host-resolver-rules', 'MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1')
}

export function guardSession(session: Session, devServer: string | undefined): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false))
  session.setPermissionCheckHandler(() => false)
  session.setDevicePermissionHandler(() => false)
  session.setSpellCheckerEnabled(false) // it would download dictionaries
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url, devServer) }))
  session.on('will-download', (event) => event.preventDefault()) // files leave through the save dialog alone
}

export function guardContents(contents: WebContents, devServer: string | undefined): void {
  contents.setWindowOpenHandler(() => ({ action: 'deny' }))
  contents.on('will-attach-webview', (event) => event.preventDefault())
  contents.on('will-redirect', (event) => event.preventDefault())
  // A reload is a navigation too: it may stay, it goes nowhere else.
  contents.on('will-navigate', (event) => stayHome(event, devServer))
  contents.on('will-frame-navigate', (event) => stayHome(event, devServer))
}

function stayHome(event: { url: string; preventDefault(): void }, devServer: string | undefined): void {
  if (!isOwnPage(event.url, devServer)) event.preventDefault()
}
