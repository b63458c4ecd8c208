/**
 * Listens to a page for what must never happen: errors and warnings in its console (a refused resource shows up
 * there too), and requests that leave the machine.
 */
import type { Page } from 'playwright-core'

export class Watch {
  readonly complaints: string[] = []
  readonly strangers: string[] = []
  private hasEnded = false

  /** @param home where the page comes from, with a slash at its end */
  constructor(page: Page, home: string) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complain(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.complain(`thrown: ${error.message}`))
    page.on('crash', () => this.complain('the page crashed'))
    const socket = home.replace(/^http/, 'ws')
    const own = [home, socket, 'data:', 'blob:']
    const look = (url: string): void => {
      if (!own.some((start) => url.startsWith(start))) this.strangers.push(url)
    }
    page.on('request', (request) => look(request.url()))
    page.on('websocket', (opened) => look(opened.url()))
  }

  /** The lab goes: that the browser finds nobody at its address is no complaint. */
  end(): void {
    this.hasEnded = true
  }

  private complain(text: string): void {
    if (!this.hasEnded) this.complaints.push(text)
  }
}
