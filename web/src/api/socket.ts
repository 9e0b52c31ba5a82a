import { ApiError, OFFLINE } from './errors'
import type { ServerFrame } from './types'

/** The part of WebSocket that is used here; tests give their own. */
export interface Wire {
  onopen: (() => void) | null
  onmessage: ((e: { data: unknown }) => void) | null
  onclose: ((e: { code: number }) => void) | null
  onerror: (() => void) | null
  send(data: string): void
  close(code?: number): void
}

export type SocketState = 'stopped' | 'connecting' | 'open' | 'waiting'
/** Why the socket gave up for good. */
export type Stop = 'signed_out' | 'outdated' | 'fault'

export interface SocketOptions {
  connect: () => Wire
  hello: () => { lang: string; client: string }
  frame: (f: ServerFrame) => void
  state: (s: SocketState) => void
  stopped: (why: Stop) => void
  random?: () => number
}

interface Waiting {
  resolve: (ack: Record<string, unknown>) => void
  reject: (err: ApiError) => void
  timer: ReturnType<typeof setTimeout> | undefined
}

const IDLE_MS = 20_000
const ANSWER_MS = 5_000
const HELLO_MS = 10_000
const MAX_FRAME = 65_536
const MAX_WAITING = 60
const SHORT_LIFE_MS = 5_000

/** One connection of the protocol `microcourt.v1` that comes back by itself. It knows frames, not rooms. */
export class Socket {
  private wire: Wire | null = null
  private current: SocketState = 'stopped'
  private waiting = new Map<string, Waiting>()
  private queue: (() => void)[] = []
  private nextId = 1
  private failures = 0
  private openedAt = 0
  private retry: ReturnType<typeof setTimeout> | undefined
  private idle: ReturnType<typeof setTimeout> | undefined
  private guard: ReturnType<typeof setTimeout> | undefined

  constructor(private readonly o: SocketOptions) {}

  get state(): SocketState {
    return this.current
  }

  start() {
    if (this.current === 'stopped') this.open()
  }

  stop() {
    this.drop('stopped')
  }

  /** The phone says that something about the network or the page changed: find out at once whether we are connected. */
  nudge() {
    if (this.current === 'waiting') this.open()
    else if (this.current === 'open') this.ping()
  }

  /** Sends a request and gives its ack. Rejects with the server's error, or with `offline` when the answer cannot come. */
  request(frame: Record<string, unknown>): Promise<Record<string, unknown>> {
    if (this.current !== 'open') return Promise.reject(new ApiError({ code: OFFLINE }))
    if (this.waiting.size < MAX_WAITING) return this.exchange(frame)
    return new Promise((resolve, reject) => {
      this.queue.push(() => {
        if (this.current === 'open') this.exchange(frame).then(resolve, reject)
        else reject(new ApiError({ code: OFFLINE }))
      })
    })
  }

  private exchange(frame: Record<string, unknown>, limit = 0): Promise<Record<string, unknown>> {
    const id = String(this.nextId++)
    const text = JSON.stringify({ ...frame, id })
    if (text.length > MAX_FRAME / 3 && new TextEncoder().encode(text).length > MAX_FRAME) {
      return Promise.reject(new ApiError({ code: 'too_large' }))
    }
    return new Promise((resolve, reject) => {
      // An answer that takes long is first asked for by a ping; only that decides whether the connection lives.
      const timer = setTimeout(() => (limit ? this.lost() : this.ping()), limit || ANSWER_MS)
      this.waiting.set(id, { resolve, reject, timer })
      this.wire?.send(text)
    })
  }

  private open() {
    this.drop('connecting')
    const wire = this.o.connect()
    this.wire = wire
    this.guard = setTimeout(() => this.lost(), HELLO_MS)
    wire.onopen = () => {
      if (wire !== this.wire) return
      this.exchange({ t: 'hello', ...this.o.hello() }, HELLO_MS).then(
        () => this.greeted(),
        (err: ApiError) => {
          if (err.code === 'upgrade_required') this.giveUp('outdated')
          else if (err.code === 'unauthenticated') this.giveUp('signed_out')
          else if (wire === this.wire && err.code !== OFFLINE) this.lost()
        },
      )
    }
    wire.onmessage = (e) => {
      if (wire === this.wire) this.receive(e.data)
    }
    wire.onclose = (e) => {
      if (wire === this.wire) this.closed(e.code)
    }
    wire.onerror = () => {}
  }

  private greeted() {
    clearTimeout(this.guard)
    this.openedAt = Date.now()
    this.listen()
    this.set('open')
  }

  private receive(data: unknown) {
    this.listen()
    let f: { t?: string; id?: string }
    try {
      f = JSON.parse(String(data))
    } catch {
      return
    }
    if (f.t === 'ack' || f.t === 'error') this.answered(f as { t: string; id: string })
    else this.o.frame(f as ServerFrame)
  }

  private answered(f: { t: string; id: string }) {
    const w = this.waiting.get(f.id)
    if (!w) return
    this.waiting.delete(f.id)
    clearTimeout(w.timer)
    if (f.t === 'ack') w.resolve(f)
    else w.reject(new ApiError(f as unknown as { code: string }))
    this.queue.shift()?.()
  }

  /** Something came: the next ping is due when nothing comes for a while. */
  private listen() {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.ping(), IDLE_MS)
  }

  private pinging = false
  private ping() {
    if (this.current !== 'open' || this.pinging) return
    this.pinging = true
    const wire = this.wire
    this.exchange({ t: 'ping' }, ANSWER_MS)
      .catch((err: ApiError) => {
        if (wire === this.wire && err.code !== OFFLINE) this.lost()
      })
      .finally(() => (this.pinging = false))
  }

  private closed(code: number) {
    const lived = this.openedAt > 0 && Date.now() - this.openedAt > SHORT_LIFE_MS
    if (code === 4002) return this.giveUp('signed_out')
    if (code === 4003) return this.giveUp('outdated')
    if (code === 4004) return this.giveUp('fault')
    if (code === 1009) this.fail('too_large')
    else if (code === 1007) this.fail('invalid')
    if (lived) this.failures = 0
    if (code === 4001) return this.again(500 + 2500 * this.random())
    if ((code === 4000 || code === 4005) && lived) return this.again(0)
    this.again(this.backoff())
  }

  /** No answer came in time: the browser does not know it yet, but the connection is dead. */
  private lost() {
    if (this.current === 'stopped' || this.current === 'waiting') return
    if (this.openedAt && Date.now() - this.openedAt > SHORT_LIFE_MS) this.failures = 0
    this.again(this.current === 'open' ? 0 : this.backoff())
  }

  private backoff(): number {
    const ms = Math.min(15_000, 500 * 2 ** this.failures)
    this.failures++
    return ms * (0.75 + 0.5 * this.random())
  }

  private again(ms: number) {
    this.drop('waiting')
    this.retry = setTimeout(() => this.open(), ms)
  }

  private giveUp(why: Stop) {
    this.drop('stopped')
    this.o.stopped(why)
  }

  /** Lets the connection go and enters the next state; then everybody who waits for an answer is told. */
  private drop(next: SocketState) {
    for (const t of [this.retry, this.idle, this.guard]) clearTimeout(t)
    const wire = this.wire
    this.wire = null
    this.openedAt = 0
    if (wire) {
      wire.onopen = wire.onmessage = wire.onclose = null
      try {
        wire.close(1000)
      } catch {
        // A socket that never opened may refuse; it is gone either way.
      }
    }
    this.set(next)
    this.fail(OFFLINE)
  }

  private fail(code: string) {
    const all = [...this.waiting.values()]
    this.waiting.clear()
    for (const w of all) {
      clearTimeout(w.timer)
      w.reject(new ApiError({ code }))
    }
    for (const f of this.queue.splice(0)) f()
  }

  private random(): number {
    return (this.o.random ?? Math.random)()
  }

  private set(s: SocketState) {
    if (this.current === s) return
    this.current = s
    this.o.state(s)
  }
}
