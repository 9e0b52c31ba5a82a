import { onMounted, onScopeDispose, shallowRef, type ShallowRef } from 'vue'
import { useLive } from '@/record/live'

/** Something of a case that is read from the court, and read again when one of its acts happens in the room. */
export function useChanges<T>(caseId: string, read: () => Promise<T>, acts: readonly string[]): { now: ShallowRef<T | undefined>; failed: ShallowRef<unknown>; load: () => Promise<void> } {
  const now = shallowRef<T>()
  const failed = shallowRef<unknown>(null)
  async function load() {
    try {
      now.value = await read()
      failed.value = null
    } catch (err) {
      if (!now.value) failed.value = err
    }
  }
  let soon: ReturnType<typeof setTimeout> | undefined
  const stop = useLive().listen((f) => {
    if (f.t !== 'event' || f.case !== caseId || !acts.includes(f.kind)) return
    clearTimeout(soon)
    soon = setTimeout(() => void load(), 200)
  })
  onMounted(load)
  onScopeDispose(() => {
    stop()
    clearTimeout(soon)
  })
  return { now, failed, load }
}
