import { defineStore } from 'pinia'
import { markRaw, ref, shallowReactive, shallowRef } from 'vue'
import { account } from '@/api/calls'
import { ApiError, codeOf, OFFLINE } from '@/api/errors'
import { restLang } from '@/api/rest'
import type { Socket, Stop, Wire } from '@/api/socket'
import type { Me, ServerFrame } from '@/api/types'
import type { Keeper } from '@/evidence/keeper'
import type { Drafts } from '@/outbox/drafts'
import type { Outbox } from '@/outbox/outbox'
import type { PersonDB } from './db'
import type { Room } from './room'

declare const __APP_VERSION__: string

/** An outage shorter than this is nobody's business. */
const NOTICE_MS = 5000

/** What is alive while somebody is signed in: the socket, the rooms, the outbox. */
export const useLive = defineStore('live', () => {
  const outage = ref(false)
  const stopped = ref<Stop | ''>('')
  const outbox = shallowRef<Outbox>()
  const drafts = shallowRef<Drafts>()
  const keeper = shallowRef<Keeper>()
  const db = shallowRef<PersonDB>()
  const rooms = shallowReactive(new Map<string, Room>())
  const listeners = new Set<(f: ServerFrame) => void>()
  const openers = new Set<() => void>()
  let engine: typeof import('./engine') | undefined
  let socket: Socket | undefined
  let notice: ReturnType<typeof setTimeout> | undefined
  let person = ''
  let starting: Promise<void> | undefined
  let onSignedOut = () => {}

  /** Begins, and doesn't wait; see `ready`. */
  function start(me: Me, signedOut: () => void) {
    onSignedOut = signedOut
    if (person === me.id && starting) return
    stop()
    person = me.id
    starting = begin(me)
    starting.catch(() => {
      if (person === me.id) starting = undefined // the next page that needs it tries again
    })
  }

  async function begin(me: Me) {
    engine ??= await import('./engine')
    const { Drafts, Outbox, Socket, carrier, openPersonDB, sharedAmongPages } = engine
    if (person !== me.id) return
    const d = await openPersonDB(me.id)
    if (person !== me.id) return d.close()
    db.value = markRaw(d)
    drafts.value = markRaw(new Drafts(d))
    socket = new Socket({ connect, hello, frame, state, stopped: halted })
    outbox.value = markRaw(new Outbox(d, carrier(socket), sharedAmongPages(me.id)))
    await outbox.value.start()
    if (await d.count('parcels')) void needKeeper().catch(() => {})
    state('waiting')
    socket.start()
    void navigator.storage?.persist?.().catch(() => {})
  }

  /** Waits until what the phone holds of the person is open: rooms, drafts, what has not been sent. */
  async function ready(me: Me) {
    if (!starting) start(me, onSignedOut)
    await starting
  }

  let keeping: Promise<Keeper> | undefined
  /** What is being put together for the court: fetched only for those who have something there. */
  function needKeeper(): Promise<Keeper> {
    return (keeping ??= openKeeper().catch((err) => {
      keeping = undefined
      throw err
    }))
  }

  async function openKeeper(): Promise<Keeper> {
    const [{ Keeper }, d, who] = [await import('@/evidence/keeper'), db.value, person]
    if (!d || !engine) throw new Error('nobody is signed in')
    const k = markRaw(new Keeper(d, engine.sharedAmongPages(`${who}.evidence`)))
    await k.start()
    if (person !== who) k.stop()
    else keeper.value = k
    return k
  }

  /** What the phone keeps for the person, once it is open; undefined where it can't be opened. */
  async function kept(): Promise<PersonDB | undefined> {
    await starting?.catch(() => {})
    return db.value
  }

  function connect(): Wire {
    const url = new URL('/api/v1/ws', location.href)
    url.protocol = url.protocol.replace('http', 'ws')
    return new WebSocket(url, 'microcourt.v1') as unknown as Wire
  }

  function hello() {
    return { lang: restLang(), client: `web/${__APP_VERSION__}` }
  }

  let neverOpen = 0
  function state(s: string) {
    if (s === 'open') {
      neverOpen = 0
      clearTimeout(notice)
      notice = undefined
      outage.value = false
      for (const r of rooms.values()) r.connected()
      for (const o of openers) o()
      outbox.value?.kick()
      keeper.value?.kick()
    } else if (s === 'stopped') {
      clearTimeout(notice)
      notice = undefined
    } else {
      for (const r of rooms.values()) r.disconnected()
      notice ??= setTimeout(() => (outage.value = true), NOTICE_MS)
      // A refused handshake looks like any lost connection; ask whether the session still holds.
      if (s === 'waiting' && ++neverOpen % 3 === 2) account.me().catch(() => {})
    }
  }

  function halted(why: Stop) {
    stopped.value = why
    if (why === 'signed_out') {
      // The session may hold again (signed in elsewhere on this phone): the server decides.
      account.me().then(
        () => setTimeout(() => socket?.start(), 2000),
        (err) => codeOf(err) === 'unauthenticated' && onSignedOut(),
      )
    }
  }

  function frame(f: ServerFrame) {
    if ('case' in f) rooms.get(f.case)?.frame(f)
    // What kept somebody out of a room may have been settled.
    if (f.t === 'cases') for (const r of rooms.values()) r.knock()
    for (const l of listeners) l(f)
  }

  function room(id: string): Room {
    let r = rooms.get(id)
    if (!r) {
      if (!engine || !db.value || !socket) throw new Error('nobody is signed in')
      r = markRaw(new engine.Room(id, db.value, socket))
      r.onEvent = (e) => outbox.value?.seen(e.id)
      rooms.set(id, r)
    }
    return r
  }

  /** Hears every frame until the returned function is called. */
  function listen(f: (frame: ServerFrame) => void): () => void {
    listeners.add(f)
    return () => listeners.delete(f)
  }

  /** Calls whenever the socket is there (again), now as well if it is, until the returned function is called. */
  function whenOpen(f: () => void): () => void {
    openers.add(f)
    if (socket?.state === 'open') f()
    return () => openers.delete(f)
  }

  function request(frame: Record<string, unknown>): Promise<Record<string, unknown>> {
    return socket ? socket.request(frame) : Promise.reject(new ApiError({ code: OFFLINE }))
  }

  function nudge() {
    socket?.nudge()
    outbox.value?.kick()
    keeper.value?.kick()
  }

  function stop() {
    person = ''
    starting = undefined
    clearTimeout(notice)
    socket?.stop()
    socket = undefined
    outbox.value?.stop()
    outbox.value = undefined
    keeper.value?.stop()
    keeper.value = undefined
    keeping = undefined
    rooms.clear()
    const d = db.value
    db.value = undefined
    // Drafts may still be on their way to the disk.
    setTimeout(() => d?.close(), 500)
    outage.value = false
    stopped.value = ''
  }

  async function forget() {
    rooms.clear()
    if (engine && db.value) await engine.clearCaches(db.value)
  }

  // The phone knows at once that its network is gone; the socket would find out only after a while.
  addEventListener('offline', () => {
    if (person) notice ??= setTimeout(() => (outage.value = true), NOTICE_MS)
    socket?.nudge()
  })
  addEventListener('online', () => {
    if (socket?.state === 'open') state('open')
    nudge()
  })
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') nudge()
  })

  return { outage, stopped, outbox, drafts, keeper, db, rooms, start, ready, kept, needKeeper, stop, forget, room, listen, whenOpen, request, nudge }
})
