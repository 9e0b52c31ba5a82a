import { computed, onScopeDispose, reactive, ref, shallowReactive, shallowRef } from 'vue'
import { identity, type Identity, type PhotoKind, type Proofing } from '@/api/identity'
import { codeOf, passes } from '@/api/errors'
import { useLive } from '@/record/live'
import { dropAllWaiting, dropWaiting, keepWaiting, leftWaiting, type Waiting } from './waiting'

const RETRY_MS = 4000

/** How far a proof of identity is, and the pictures that are on their way to it. */
export function useProof() {
  const live = useLive()
  const me = shallowRef<Identity>()
  const failed = shallowRef<unknown>(null)
  const p = computed(() => me.value?.proofing ?? null)
  const waiting = shallowReactive(new Map<Waiting['kind'], Waiting>())
  const parts = reactive<Partial<Record<Waiting['kind'], number>>>({})
  /** The court's last word where it refused a picture. */
  const refused = shallowRef<unknown>(null)
  const sending = ref(false)
  let ended = false
  let timer: ReturnType<typeof setTimeout> | undefined

  function take(next: Proofing) {
    if (me.value) me.value = { ...me.value, proofing: next }
  }

  async function load() {
    failed.value = null
    try {
      me.value = await identity.read()
    } catch (err) {
      failed.value = err
    }
  }

  /** Begins, or goes on: also with what is still on the phone. */
  async function begin() {
    await load()
    if (failed.value) return
    try {
      if (p.value?.state !== 'review') take(await identity.begin())
      for (const w of await leftWaiting(live.kept, Date.now())) waiting.set(w.kind, w)
      void work()
    } catch (err) {
      failed.value = err
    }
  }

  /** Keeps it on the phone, and then sends it as soon as the network lets it through. */
  async function add(w: Waiting) {
    refused.value = null
    waiting.set(w.kind, w)
    await keepWaiting(live.kept, w)
    void work()
  }
  const photo = (kind: PhotoKind, blob: Blob) => add({ kind, blob })

  async function drop(kind: Waiting['kind']) {
    waiting.delete(kind)
    delete parts[kind]
    await dropWaiting(live.kept, kind)
  }

  async function work() {
    if (sending.value) return
    clearTimeout(timer)
    sending.value = true
    try {
      for (let w = [...waiting.values()][0]; w && !ended; w = [...waiting.values()][0]) {
        const now = w
        parts[now.kind] = 0
        const part = (n: number) => (parts[now.kind] = n)
        try {
          take('challenge' in now ? await identity.answer(now.challenge, now.blob, part) : await identity.photo(now.kind, now.blob, part))
        } catch (err) {
          delete parts[now.kind]
          if (passes(err)) {
            if (!ended) timer = setTimeout(() => void work(), RETRY_MS)
            return
          }
          refused.value = err
          if (codeOf(err) === 'proofing_state') await load()
        }
        if (waiting.get(now.kind) === now) await drop(now.kind)
      }
    } finally {
      sending.value = false
    }
  }

  async function withdraw() {
    await identity.withdraw()
    waiting.clear()
    await dropAllWaiting(live.kept)
    await load()
  }

  const online = () => void work()
  addEventListener('online', online)
  onScopeDispose(() => {
    ended = true
    clearTimeout(timer)
    removeEventListener('online', online)
  })

  return { me, p, failed, waiting, parts, refused, sending, take, load, begin, add, photo, withdraw }
}

export type Proof = ReturnType<typeof useProof>
