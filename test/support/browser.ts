/** A real Chromium without a screen, told over its DevTools protocol what to run in which page. */
import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { accessSync, constants, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { delimiter, join } from 'node:path'
import { createInterface } from 'node:readline'

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable', 'chrome']

/** `CHROME_PATH`, or what the system has. */
export function findBrowser(): string | undefined {
  const { CHROME_PATH, PATH = '' } = process.env
  if (CHROME_PATH !== undefined) return CHROME_PATH
  const candidates = PATH.split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  return candidates.find((path) => {
    try {
      accessSync(path, constants.X_OK)
      return true
    } catch {
      return false
    }
  })
}

interface Reply {
  readonly id?: number
  readonly error?: { readonly message: string }
  readonly result?: unknown
}

interface Evaluated {
  readonly result: { readonly value?: unknown }
  readonly exceptionDetails?: { readonly text: string; readonly exception?: { readonly description?: string } }
}

export class Browser implements AsyncDisposable {
  readonly #child: ChildProcess
  readonly #folder: string
  readonly #socket: WebSocket
  readonly #waiting = new Map<number, PromiseWithResolvers<unknown>>()
  #calls = 0

  private constructor(child: ChildProcess, folder: string, socket: WebSocket) {
    this.#child = child
    this.#folder = folder
    this.#socket = socket
    socket.addEventListener('message', ({ data }) => this.#take(JSON.parse(String(data)) as Reply))
  }

  /** @param hosts names that lead to an address, as a nameserver of somebody else might say */
  static async open(path: string, hosts: Readonly<Record<string, string>>): Promise<Browser> {
    const folder = mkdtempSync(join(tmpdir(), 'aitbc-browser-'))
    const rules = Object.entries(hosts).map(([name, address]) => `MAP ${name} ${address}`)
    const flags = [
      '--headless=new',
      // Its sandbox does not run as root; the pages are ours.
      '--no-sandbox',
      '--disable-gpu',
      '--disable-dev-shm-usage',
      '--no-first-run',
      '--disable-background-networking',
      '--disable-component-update',
      `--host-resolver-rules=${rules.join(',')}`,
      `--user-data-dir=${folder}`,
      '--remote-debugging-port=0',
      'about:blank',
    ]
    const child = spawn(path, flags, { stdio: ['ignore', 'ignore', 'pipe'] })
    try {
      const socket = new WebSocket(await listening(child))
      await once(socket, 'open')
      return new Browser(child, folder, socket)
    } catch (error) {
      child.kill('SIGKILL')
      rmSync(folder, { recursive: true, force: true })
      throw error
    }
  }

  /** Another tab, when its document has loaded. */
  async page(url: string): Promise<Page> {
    const { targetId } = (await this.call('Target.createTarget', { url: 'about:blank' })) as { targetId: string }
    const { sessionId } = (await this.call('Target.attachToTarget', { targetId, flatten: true })) as {
      sessionId: string
    }
    const page = new Page(this, sessionId)
    await page.go(url)
    return page
  }

  call(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = ++this.#calls
    const waiting = Promise.withResolvers<unknown>()
    this.#waiting.set(id, waiting)
    this.#socket.send(JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) }))
    return waiting.promise
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.#child, 'exit')
    this.#socket.close()
    this.#child.kill('SIGKILL')
    await ended
    // Helpers of the killed browser may still write for a moment.
    rmSync(this.#folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 50 })
  }

  #take({ id, error, result }: Reply): void {
    const waiting = id === undefined ? undefined : this.#waiting.get(id)
    if (waiting === undefined) return
    this.#waiting.delete(id!)
    if (error === undefined) waiting.resolve(result)
    else waiting.reject(new Error(error.message))
  }
}

export class Page {
  readonly #browser: Browser
  readonly #session: string

  constructor(browser: Browser, session: string) {
    this.#browser = browser
    this.#session = session
  }

  async go(url: string): Promise<void> {
    await this.#browser.call('Page.enable', {}, this.#session)
    const { errorText } = (await this.#browser.call('Page.navigate', { url }, this.#session)) as { errorText?: string }
    if (errorText !== undefined) throw new Error(`${url}: ${errorText}`)
    await this.run(`document.readyState === 'complete' || new Promise((done) => addEventListener('load', done))`)
  }

  /** @param expression in the page's own words; its value is plain data, or a promise of such */
  async run<T>(expression: string): Promise<T> {
    const params = { expression, awaitPromise: true, returnByValue: true }
    const answer = (await this.#browser.call('Runtime.evaluate', params, this.#session)) as Evaluated
    const { result, exceptionDetails } = answer
    if (exceptionDetails === undefined) return result.value as T
    throw new Error(exceptionDetails.exception?.description ?? exceptionDetails.text)
  }
}

/** It says on standard error where it can be told. */
async function listening(child: ChildProcess): Promise<string> {
  const said: string[] = []
  for await (const line of createInterface({ input: child.stderr! })) {
    const url = /DevTools listening on (ws:\/\/\S+)/.exec(line)?.[1]
    // What it says later is of no interest, but has to go somewhere.
    if (url !== undefined) {
      child.stderr!.resume()
      return url
    }
    said.push(line)
  }
  throw new Error(`the browser did not start: ${said.join('\n')}`)
}
