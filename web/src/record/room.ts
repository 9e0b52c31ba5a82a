import { shallowReactive } from 'vue'
import { cases } from '@/api/calls'
import { ApiError, codeOf, OFFLINE } from '@/api/errors'
import type { Socket } from '@/api/socket'
import type { CaseDetail, CourtEvent, JoinAck, Participant, ServerFrame } from '@/api/types'
import { RoomCache } from './cache'
import type { PersonDB } from './db'
import { benchThread, pairThread, parseThread, ROOM, ThreadRecord } from './thread'

export type RoomStatus = 'loading' | 'cached' | 'live' | 'refused' | 'left'

/** One case's room as this phone holds it: who takes part, the threads, who is here, what has been read. */
export class Room {
  readonly threads = shallowReactive(new Map<string, ThreadRecord>())
  readonly s = shallowReactive({
    status: 'loading' as RoomStatus,
    refusal: null as ApiError | null,
    detail: null as CaseDetail | null,
    me: '',
    here: [] as string[],
    read: {} as Record<string, number>,
    receipts: {} as Record<string, Record<string, number>>,
  })
  /** Called with the id of each event that comes. */
  onEvent: (e: CourtEvent) => void = () => {}

  private readonly cache: RoomCache
  private joining = false
  private wanted = false
  private here = false
  private paging = new Map<string, Promise<void>>()
  private marks = new Map<string, number>()

  constructor(
    readonly id: string,
    db: PersonDB,
    private readonly socket: Socket,
  ) {
    this.cache = new RoomCache(id, db)
  }

  /** Shows what the phone holds, then joins. */
  async open(here: boolean) {
    this.wanted = true
    this.here = here
    if (!this.s.detail) {
      const notes = await this.cache.load(this.threads)
      if (notes) {
        Object.assign(this.s, { detail: notes.detail, me: notes.me, read: notes.read, receipts: notes.receipts })
        if (this.s.status === 'loading') this.s.status = 'cached'
      }
    }
    await Promise.all([this.refresh(), this.join()])
  }

  async close() {
    this.wanted = false
    if (this.s.status === 'live') this.s.status = 'cached'
    this.s.here = []
    if (this.socket.state === 'open') await this.socket.request({ t: 'leave', case: this.id }).catch(() => {})
  }

  /** The socket is there (again). */
  connected() {
    if (this.wanted) void this.join()
  }

  /** Tries again where the room was closed to me. */
  knock() {
    if (this.wanted && this.s.status === 'refused') void this.join()
  }

  disconnected() {
    if (this.s.status === 'live') this.s.status = 'cached'
  }

  async refresh() {
    try {
      const d = await cases.read(this.id)
      this.s.detail = d
      this.s.me = d.me
      this.keepNotes()
    } catch (err) {
      if (codeOf(err) !== OFFLINE) this.refused(err as ApiError)
    }
  }

  private async join() {
    if (this.joining || this.socket.state !== 'open') return
    this.joining = true
    try {
      const have: Record<string, number> = {}
      for (const [name, t] of this.threads) if (t.to) have[name] = t.to
      const ack = (await this.socket.request({ t: 'join', case: this.id, here: this.here, have })) as unknown as JoinAck
      if (!this.wanted) return
      this.s.me = ack.me
      this.s.here = ack.here ?? []
      this.s.read = { ...ack.read }
      this.s.receipts = { ...ack.receipts }
      this.s.refusal = null
      this.s.status = 'live'
      this.keepNotes()
    } catch (err) {
      if (codeOf(err) !== OFFLINE) this.refused(err as ApiError)
    } finally {
      this.joining = false
    }
  }

  private refused(err: ApiError) {
    if (['identity_required', 'notice_required', 'other_capacity', 'not_found', 'forbidden'].includes(err.code)) {
      this.s.refusal = err
      this.s.status = 'refused'
      if (err.code === 'not_found') void this.cache.forget()
    }
  }

  frame(f: ServerFrame) {
    switch (f.t) {
      case 'event': {
        const { t: _, ...event } = f
        return this.event(event)
      }
      case 'reset':
        this.thread(f.thread).reset()
        this.cache.drop(f.thread)
        return
      case 'mark':
        this.s.read = { ...this.s.read, [f.thread]: Math.max(this.s.read[f.thread] ?? 0, f.seq) }
        return this.keepNotes()
      case 'receipt': {
        const mine = this.s.receipts[f.by] ?? {}
        const seq = Math.max(mine[f.thread] ?? 0, f.seq)
        this.s.receipts = { ...this.s.receipts, [f.by]: { ...mine, [f.thread]: seq } }
        return this.keepNotes()
      }
      case 'presence':
        this.s.here = f.here ?? []
        return
      case 'participants':
        void this.refresh()
        return
      case 'left':
        this.s.status = 'left'
        this.threads.clear()
        void this.cache.forget()
        void this.askWhy()
        return
    }
  }

  /** Put out of the room: perhaps only because the person uses the other capacity now, on this phone. */
  private async askWhy() {
    const d = await cases.read(this.id).catch(() => undefined) // who has left learns no more than that
    if (d?.case.ready === 'other_capacity' && this.s.status === 'left') this.refused(new ApiError({ code: 'other_capacity' }))
  }

  private event(e: CourtEvent) {
    const t = this.thread(e.thread)
    const applied = t.apply(e)
    if (applied === 'gap') {
      void this.join()
      return
    }
    if (applied === 'added') {
      this.cache.add(e, t)
      if ((e.kind === 'recall' || e.kind === 'hide') && e.body.seq) {
        const target = t.at(e.body.seq)
        if (target) this.cache.add(target, t)
      }
      if (e.kind === 'speech' || e.kind === 'identity_verified' || e.kind === 'case_changed') void this.refresh()
    }
    this.onEvent(e)
  }

  thread(name: string): ThreadRecord {
    let t = this.threads.get(name)
    if (!t) this.threads.set(name, (t = new ThreadRecord()))
    return t
  }

  /** Pages back one step in each of the threads. */
  async older(names: string[], limit = 50) {
    await Promise.all(names.map((n) => this.olderOf(n, limit)))
  }

  private olderOf(name: string, limit: number): Promise<void> {
    const running = this.paging.get(name)
    if (running) return running
    const t = this.thread(name)
    if (!t.hasOlder) return Promise.resolve()
    const work = cases
      .before(this.id, name, t.from, limit)
      .then((page) => {
        const events = page.events ?? []
        t.prepend(events, page.more && events.length > 0)
        this.cache.addOlder(events, t)
      })
      .finally(() => this.paging.delete(name))
    this.paging.set(name, work)
    return work
  }

  /** All of the thread up to its newest held event has been before the reader's eyes. */
  markRead(name: string) {
    const t = this.threads.get(name)
    const seq = t?.to ?? 0
    if (!seq || seq <= (this.s.read[name] ?? 0) || seq <= (this.marks.get(name) ?? 0)) return
    if (this.socket.state !== 'open' || this.s.status !== 'live') return
    this.marks.set(name, seq)
    this.socket.request({ t: 'read', case: this.id, thread: name, seq }).then(
      () => {
        this.s.read = { ...this.s.read, [name]: Math.max(this.s.read[name] ?? 0, seq) }
        this.keepNotes()
      },
      () => this.marks.delete(name),
    )
  }

  act(thread: string, kind: 'recall' | 'hide' | 'speech', body: object, event: string): Promise<unknown> {
    return cases.send(this.id, thread, event, kind, body)
  }

  // -- people --

  participant(id: string): Participant | undefined {
    return this.s.detail?.participants.find((p) => p.id === id)
  }

  get myRole() {
    return this.s.detail?.case.role
  }

  /** My private threads that hold something. */
  get privateThreads(): string[] {
    return [...this.threads.keys()].filter((n) => n !== ROOM && this.threads.get(n)!.events.length > 0)
  }

  /** The thread in which I write to somebody: `bench`, or a participant. For a judge every party is written to as the bench. */
  threadWith(peer: string): string {
    if (peer === 'bench') return benchThread(this.s.me)
    const p = this.participant(peer)
    if (this.myRole === 'judge' && p && p.role !== 'judge' && p.role !== 'clerk') return benchThread(peer)
    return pairThread(this.s.me, peer)
  }

  /** Who stands at the other end of a private thread: `bench` for a participant who writes to the judges. */
  peerOf(thread: string): string {
    const t = parseThread(thread)
    if (t?.kind === 'pair') return t.a === this.s.me ? t.b : t.a
    if (t?.kind === 'bench') return t.participant === this.s.me ? 'bench' : t.participant
    return ''
  }

  private keepNotes() {
    const { detail, me, read, receipts } = this.s
    if (detail) this.cache.notes({ id: this.id, detail, me, read, receipts })
  }
}
