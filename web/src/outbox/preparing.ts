import { onScopeDispose, ref, shallowRef } from 'vue'
import { codeOf, OFFLINE, passes } from '@/api/errors'
import { useLive } from '@/record/live'
import { KeptFiles, type KeptFile } from './kept'

const SAVE_MS = 1200
const RETRY_MS = 5000

/** What is being prepared, as this phone keeps it until the court has it. */
interface Preparation {
  /** The draft that the court holds, as it was seen. */
  revision: number
  dirty: boolean
}

interface Saved {
  revision: number
  updated_at: number
}

/**
 * Keeps what is typed on the phone at once and at the court soon after; its files go up from where they stopped. `take` notes the files in `p`, `send` brings what
 * stands there to the court.
 */
export function usePreparing<P extends Preparation>(key: string, p: P, take: (files: KeptFile[]) => void, send: () => Promise<Saved>) {
  const live = useLive()
  const ready = ref(false)
  const failed = shallowRef<unknown>(null)
  /** The court's last word where it refused. */
  const refused = shallowRef<unknown>(null)
  const savedAt = ref(0)
  let ended = false
  let timer: ReturnType<typeof setTimeout> | undefined

  const files = new KeptFiles(live.kept, () => void keep(), () => changed({}))

  async function keep() {
    if (ended) return
    take([...files.all.values()])
    await (await live.kept())?.put('kv', JSON.parse(JSON.stringify(p)), key)
  }

  /** Takes up what was kept here; `adopt` sees what the court holds beside it, and gives the files that go with what stands then. */
  async function open(adopt: (here: P | undefined) => Promise<KeptFile[]>) {
    failed.value = null
    try {
      const here = (await (await live.kept())?.get('kv', key)) as P | undefined
      if (here) Object.assign(p, here)
      files.restore(await adopt(here))
      ready.value = true
      if (p.dirty) saveSoon()
    } catch (err) {
      failed.value = err
    }
  }

  /** Something was typed or chosen. */
  function changed(c: Partial<P>) {
    Object.assign(p, c, { dirty: true })
    refused.value = null
    void keep()
    saveSoon()
  }

  function saveSoon(ms = SAVE_MS) {
    clearTimeout(timer)
    timer = setTimeout(() => void save(), ms)
  }

  let going: Promise<boolean> | undefined
  /** Brings what was changed to the court, and tells whether the court has all of it. Who asks for it is told of every error, and gets a draft that holds nothing yet as well. */
  async function save(asked = false): Promise<boolean> {
    clearTimeout(timer)
    while (going) await going // each names the revision that the one before it gave
    if (ended || (!p.dirty && (p.revision || !asked))) return !ended
    going = bring(asked)
    try {
      return await going
    } finally {
      going = undefined
    }
  }

  async function bring(asked: boolean): Promise<boolean> {
    p.dirty = false
    try {
      const d = await send()
      p.revision = d.revision
      savedAt.value = d.updated_at
      await keep()
      return true
    } catch (err) {
      p.dirty = true
      if (asked || !passes(err)) refused.value = err
      if (passes(err)) saveSoon(RETRY_MS)
      await keep()
      return false
    }
  }

  /** Saves nothing until something is changed: it is about to be handed in. */
  const hold = () => clearTimeout(timer)

  async function forget() {
    ended = true
    clearTimeout(timer)
    await files.forget()
    await (await live.kept())?.delete('kv', key)
  }

  onScopeDispose(() => {
    files.end()
    if (!ended) void save()
    ended = true
    clearTimeout(timer)
  })

  return { files, ready, failed, refused, savedAt, open, changed, save, saveSoon, hold, forget }
}

/** A draft of the court's, or undefined where there is none or it can't be asked. */
export function draftIfAny<D>(asked: Promise<D>): Promise<D | undefined> {
  return asked.catch((err) => (['not_found', OFFLINE].includes(codeOf(err)) ? undefined : Promise.reject(err)))
}
