/**
 * Listens to a page for what must never happen: errors and warnings in its console (a refused resource shows up
 * there too), and requests that leave the machine.
 */
import type { Page } from 'playwright-core'

export class Watch {
  readonly complaints: string[] = []
  readonly strangers: string[] = []

  /** @param home where the page comes from, with a slash at its end */
  constructor(page: Page, home: string) {
    page.on('console', (message) => {
      if (['error', 'warning'].includes(message.type())) this.complaints.push(`${message.type()}: ${message.text()}`)
    })
    page.on('pageerror', (error) => this.complaints.push(`thrown: ${error.message}`))
    page.on('crash', () => this.complaints.push('the page crashed'))
    const socket = home.replace(/^http/, 'ws')
    const own = [home, socket, 'data:', 'blob:']
    const look = (url: string): void => {
      if (!own.some((start) => url.startsWith(start))) this.strangers.push(url)
    }
    page.on('request', (request) => look(request.url()))
    page.on('websocket', (opened) => look(opened.url()))
  }
}
