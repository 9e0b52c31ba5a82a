import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest'
import { Socket, type SocketState, type Stop, type Wire } from '@/api/socket'
import type { ServerFrame } from '@/api/types'

class FakeWire implements Wire {
  onopen: (() => void) | null = null
  onmessage: ((e: { data: unknown }) => void) | null = null
  onclose: ((e: { code: number }) => void) | null = null
  onerror: (() => void) | null = null
  sent: { t: string; id: string }[] = []
  closed = false
  send(data: string) {
    this.sent.push(JSON.parse(data))
  }
  close() {
    this.closed = true
  }
  get last() {
    return this.sent[this.sent.length - 1]!
  }
  give(frame: object) {
    this.onmessage?.({ data: JSON.stringify(frame) })
  }
  ack(more: object = {}) {
    this.give({ t: 'ack', id: this.last.id, ...more })
  }
}

let wires: FakeWire[]
let states: SocketState[]
let stops: Stop[]
let frames: ServerFrame[]
let socket: Socket
const wire = () => wires[wires.length - 1]!

async function open() {
  socket.start()
  wire().onopen?.()
  wire().ack()
  await vi.advanceTimersByTimeAsync(0)
}

beforeEach(() => {
  vi.useFakeTimers()
  wires = []
  states = []
  stops = []
  frames = []
  socket = new Socket({
    connect: () => {
      const w = new FakeWire()
      wires.push(w)
      return w
    },
    hello: () => ({ lang: 'zh', client: 'web/test' }),
    frame: (f) => frames.push(f),
    state: (s) => states.push(s),
    stopped: (w) => stops.push(w),
    random: () => 0.5,
  })
})
afterEach(() => vi.useRealTimers())

describe('socket', () => {
  it('says hello first and is open only after its ack', async () => {
    socket.start()
    expect(states).toEqual(['connecting'])
    wire().onopen?.()
    expect(wire().last).toMatchObject({ t: 'hello', lang: 'zh', client: 'web/test' })
    expect(socket.state).toBe('connecting')
    wire().ack()
    await vi.advanceTimersByTimeAsync(0)
    expect(socket.state).toBe('open')
  })

  it('gives each request its own answer', async () => {
    await open()
    const a = socket.request({ t: 'read' })
    const b = socket.request({ t: 'send' })
    const [ra, rb] = wire().sent.slice(-2)
    wire().give({ t: 'error', id: rb!.id, code: 'case_closed', text: '已结' })
    wire().give({ t: 'ack', id: ra!.id, seq: 7 })
    await expect(a).resolves.toMatchObject({ seq: 7 })
    await expect(b).rejects.toMatchObject({ code: 'case_closed', text: '已结' })
  })

  it('passes on what was not asked for', async () => {
    await open()
    wire().give({ t: 'cases' })
    expect(frames).toEqual([{ t: 'cases' }])
  })

  it('pings after 20 s of silence and connects anew when 5 s bring no answer', async () => {
    await open()
    await vi.advanceTimersByTimeAsync(20_000)
    expect(wire().last.t).toBe('ping')
    await vi.advanceTimersByTimeAsync(5_001)
    expect(wires.length).toBe(2)
    expect(wires[0]!.closed).toBe(true)
  })

  it('stays when the ping is answered', async () => {
    await open()
    await vi.advanceTimersByTimeAsync(20_000)
    wire().ack()
    await vi.advanceTimersByTimeAsync(6_000)
    expect(wires.length).toBe(1)
    expect(socket.state).toBe('open')
  })

  it('pings at once when the page comes back, and connects at once when it was waiting', async () => {
    await open()
    socket.nudge()
    expect(wire().last.t).toBe('ping')
    wire().ack()
    wire().onclose?.({ code: 1006 })
    expect(socket.state).toBe('waiting')
    socket.nudge()
    expect(socket.state).toBe('connecting')
  })

  it('tells everybody who waits that the answer cannot come', async () => {
    await open()
    const r = socket.request({ t: 'send' })
    wire().onclose?.({ code: 1006 })
    await expect(r).rejects.toMatchObject({ code: 'offline' })
    await expect(socket.request({ t: 'send' })).rejects.toMatchObject({ code: 'offline' })
  })

  it('waits longer after each failure, up to 15 s', async () => {
    socket.start()
    const waits: number[] = []
    for (let i = 0; i < 8; i++) {
      const n = wires.length
      wire().onclose?.({ code: 1006 })
      let ms = 0
      while (wires.length === n) {
        await vi.advanceTimersByTimeAsync(100)
        ms += 100
      }
      waits.push(ms)
    }
    expect(waits).toEqual([500, 1000, 2000, 4000, 8000, 15_000, 15_000, 15_000])
  })

  it('resumes at once after 4000 when it had lived, and after 0.5 to 3 s after 4001', async () => {
    await open()
    await vi.advanceTimersByTimeAsync(6_000)
    wire().onclose?.({ code: 4000 })
    await vi.advanceTimersByTimeAsync(1)
    expect(wires.length).toBe(2)
    wire().onclose?.({ code: 4001 })
    await vi.advanceTimersByTimeAsync(1_700)
    expect(wires.length).toBe(2)
    await vi.advanceTimersByTimeAsync(100)
    expect(wires.length).toBe(3)
  })

  it.each([[4002, 'signed_out'], [4003, 'outdated'], [4004, 'fault']] as const)('gives up after %i', async (code, why) => {
    await open()
    wire().onclose?.({ code })
    await vi.advanceTimersByTimeAsync(60_000)
    expect(stops).toEqual([why])
    expect(wires.length).toBe(1)
  })

  it('does not send a frame that the server would close the connection for', async () => {
    await open()
    await expect(socket.request({ t: 'send', body: '字'.repeat(30_000) })).rejects.toMatchObject({ code: 'too_large' })
    expect(wire().last.t).toBe('hello')
  })

  it('keeps at most 64 requests unanswered', async () => {
    await open()
    const all = Array.from({ length: 70 }, (_, n) => socket.request({ t: 'read', n }))
    expect(wire().sent.length).toBe(1 + 60)
    for (let i = 1; i < wire().sent.length; i++) wire().give({ t: 'ack', id: wire().sent[i]!.id })
    await Promise.all(all)
    expect(wire().sent.length).toBe(71)
  })

  it('asks with a ping before it takes a slow answer for a dead connection', async () => {
    await open()
    const r = socket.request({ t: 'send' })
    const id = wire().last.id
    await vi.advanceTimersByTimeAsync(5_000)
    expect(wire().last.t).toBe('ping')
    wire().ack()
    await vi.advanceTimersByTimeAsync(5_000)
    expect(wires.length).toBe(1)
    wire().give({ t: 'ack', id, seq: 1 })
    await expect(r).resolves.toMatchObject({ seq: 1 })
  })
})
