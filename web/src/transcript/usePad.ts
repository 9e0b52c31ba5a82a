import { computed, onMounted, onScopeDispose, ref, shallowRef } from 'vue'
import { codeOf, OFFLINE } from '@/api/errors'
import { transcripts, type TranscriptFrame, type TranscriptView } from '@/api/transcripts'
import { newId } from '@/outbox/item'
import { useLive } from '@/record/live'
import { Pad, type Row, type Said } from './pad'
import { Shelf } from './shelf'

const TYPING_MS = 400
const LOOK_MS = 15_000
const RETRY_MS = 3000
const REFUSED_MS = 30_000

/** A hearing's transcript as it grows: what others write comes in, what is written here is kept on the phone and goes out. */
export function usePad(caseId: string, hearing: string) {
  const live = useLive()
  const pen = newId()
  const pad = new Pad()
  const view = shallowRef<TranscriptView>()
  const failed = shallowRef<unknown>(null)
  const refused = shallowRef<unknown>(null)
  const offline = ref(false)
  const drawn = ref(0)
  const rows = computed<Row[]>(() => (drawn.value, pad.rows()))
  const written = computed(() => (drawn.value, pad.written()))
  const unsent = computed(() => (drawn.value, pad.unsent))
  const contested = computed(() => (drawn.value, pad.contested))
  let gone = false
  let ahead = 0 // of the server's clock over this one
  const now = () => Date.now() + ahead

  /** Reads it: all of it where what became of it may have changed, else what is new. */
  let reading: Promise<void> | undefined
  let again = false
  async function load(whole = true): Promise<void> {
    if (reading) {
      again ||= whole
      return reading
    }
    reading = (async () => {
      try {
        const v = await transcripts.read(caseId, hearing, whole || !view.value ? 0 : pad.changes)
        ahead = v.now - Date.now()
        if (whole || !view.value) view.value = v
        pad.merge(v.lines, v.changes)
        failed.value = null
      } catch (err) {
        if (!view.value || codeOf(err) !== OFFLINE) failed.value = err
      }
      drawn.value++
    })().finally(() => (reading = undefined))
    await reading
    if (again) {
      again = false
      await load()
    }
  }

  let shelf: Shelf | undefined
  const keep = () => void shelf?.keep(pad.keep())
  /** Takes over what pages that are gone have written and not sent. */
  async function adopt() {
    const any = await shelf?.adopt((text) => {
      pad.restore(text)
      return pad.keep()
    })
    if (any) {
      drawn.value++
      soon()
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  function soon(ms = TYPING_MS) {
    clearTimeout(timer)
    if (!gone) timer = setTimeout(() => void send(), ms)
  }
  let sending = false
  async function send() {
    if (sending) return
    const changes = pad.pending()
    if (!changes.length) return
    sending = true
    try {
      pad.took(changes, await transcripts.write(caseId, hearing, pen, changes))
      offline.value = false
      refused.value = null
      keep()
      if (pad.pending().length) soon(0)
    } catch (err) {
      offline.value = codeOf(err) === OFFLINE
      if (!offline.value) refused.value = err
      soon(offline.value ? RETRY_MS : REFUSED_MS)
    } finally {
      sending = false
      drawn.value++
    }
  }

  function changed() {
    drawn.value++
    keep()
    soon()
  }
  const add = (said: Said, after?: string) => {
    const id = pad.add(said, now(), after)
    changed()
    return id
  }
  const write = (id: string, change: Partial<Said> & { removed?: boolean }) => {
    pad.write(id, change)
    changed()
  }
  const choose = (id: string, mine: boolean) => {
    pad.choose(id, mine)
    changed()
  }
  /** Sends all that is not with the court yet; false where something stays. */
  async function flush(): Promise<boolean> {
    clearTimeout(timer)
    for (let i = 0; i < 200 && pad.pending().length && !offline.value && !refused.value; i++) {
      if (sending) await new Promise((done) => setTimeout(done, 50))
      else await send()
    }
    return pad.unsent === 0
  }

  const stop = live.listen((frame) => {
    const f = frame as typeof frame | TranscriptFrame
    if (f.t === 'transcript' && f.hearing === hearing && f.changes > pad.changes) void load(false)
    if (f.t === 'event' && f.case === caseId && (f.kind.startsWith('transcript_') || ['hearing_admitted', 'hearing_closed', 'hearing_recording', 'hearing_recording_proposed'].includes(f.kind))) void load()
  })
  const stopOpen = live.whenOpen(() => {
    void load()
    soon(0)
  })
  const looking = setInterval(() => {
    void load(false)
    void adopt()
  }, LOOK_MS)
  onMounted(async () => {
    await live.kept()
    if (live.drafts && !gone) {
      shelf = new Shelf(live.drafts, caseId, hearing, pen)
      keep() // what was written meanwhile
      await adopt()
    }
    await load()
    soon(0)
  })
  onScopeDispose(() => {
    gone = true
    stop()
    stopOpen()
    clearTimeout(timer)
    clearInterval(looking)
    if (pad.pending().length) void send()
    shelf?.close()
  })

  return { view, failed, refused, offline, rows, written, unsent, contested, load, add, write, choose, flush, changes: () => pad.changes, now }
}
