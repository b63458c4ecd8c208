/**
 * Who may come in at the served door. Any page in the person's browser can send requests to 127.0.0.1, and a name
 * that someone else owns can be pointed at it, so each request is judged by Host, Origin and a secret cookie.
 */
import { createHash, randomBytes, timingSafeEqual } from 'node:crypto'
import type { IncomingMessage } from 'node:http'

export type Verdict =
  | { kind: 'enter' }
  /** Came with the launch token: gets the cookie and a clean address. */
  | { kind: 'launch'; cookie: string }
  | { kind: 'refuse'; status: 401 | 403; reason: string }

const NO_SESSION = 'This lab is private. Open it with the address that it printed when it started; each is good once.'

export class Doorkeeper {
  /** 256 bits, good for one entry; gone after that. */
  private launchToken: string | null = newSecret()
  private readonly session = newSecret()
  private readonly hosts: readonly string[]
  private readonly cookieName: string

  constructor(private readonly port: number) {
    this.hosts = [`127.0.0.1:${port}`, `localhost:${port}`]
    this.cookieName = `perceptron-lab-${port}` // cookies are shared between the ports of a host
  }

  /** The address for the person's eyes only. */
  launchUrl(): string {
    return `http://127.0.0.1:${this.port}/?token=${this.launchToken ?? ''}`
  }

  judgeRequest(request: IncomingMessage): Verdict {
    const { origin } = request.headers
    const stranger = this.judgeStranger(request, origin !== undefined)
    if (stranger) return stranger
    if (this.hasSession(request)) return { kind: 'enter' }
    const token = new URL(request.url ?? '/', 'http://127.0.0.1').searchParams.get('token')
    if (request.method !== 'GET' || token === null || !this.launchToken || !isSame(token, this.launchToken)) {
      return { kind: 'refuse', status: 401, reason: NO_SESSION }
    }
    this.launchToken = null
    return { kind: 'launch', cookie: `${this.cookieName}=${this.session}; HttpOnly; SameSite=Strict; Path=/` }
  }

  /** A WebSocket is open to pages from anywhere unless the server looks at Origin itself: here it must be ours. */
  judgeUpgrade(request: IncomingMessage): Verdict {
    const stranger = this.judgeStranger(request, true)
    if (stranger) return stranger
    return this.hasSession(request) ? { kind: 'enter' } : { kind: 'refuse', status: 401, reason: NO_SESSION }
  }

  private judgeStranger({ headers }: IncomingMessage, checksOrigin: boolean): Verdict | null {
    if (!this.hosts.includes(headers.host ?? '')) {
      return { kind: 'refuse', status: 403, reason: 'Refused: the request was meant for another host.' }
    }
    if (checksOrigin && headers.origin !== `http://${headers.host}`) {
      return { kind: 'refuse', status: 403, reason: 'Refused: the request came from another page.' }
    }
    return null
  }

  private hasSession({ headers }: IncomingMessage): boolean {
    const prefix = `${this.cookieName}=`
    const pairs = (headers.cookie ?? '').split(';').map((pair) => pair.trim())
    return pairs.some((pair) => pair.startsWith(prefix) && isSame(pair.slice(prefix.length), this.session))
  }
}

function newSecret(): string {
  return randomBytes(32).toString('base64url')
}

/** Takes the same time wherever the two differ, and whatever their lengths. */
function isSame(given: string, secret: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(secret))
}
