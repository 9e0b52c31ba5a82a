import { computed, onScopeDispose, shallowRef, type Ref } from 'vue'
import type { Quality } from '@/api/hearings'
import type { Call, Flow } from './call'
import { carries, judge, type Carries, type Stats } from './network'

/** How long the connection is looked at before it is judged, and again after that. */
const WATCHED_MS = 5_000

/**
 * Tries the network while somebody waits. The way to the court by what goes there anyway: its server counts and times the picture that the clerk sees. The way from
 * it by a few seconds of padding, of which the server says how much arrived (`own`): nothing at all comes out of the hearing to who waits.
 */
export function useNetwork(call: Call, flow: Ref<Flow>, own: () => Quality | undefined) {
  const found = shallowRef<Carries>()
  let before: Stats | undefined
  async function look() {
    const now = (await call.stats()?.catch(() => undefined)) as Stats | undefined
    if (flow.value !== 'flows' || !now) {
      before = undefined
      found.value = undefined
      return
    }
    if (before) found.value = carries(before, now)
    before = now
  }
  const timer = setInterval(() => void look(), WATCHED_MS)
  onScopeDispose(() => clearInterval(timer))
  const all = computed<Carries | undefined>(() => {
    const down = own()?.estimate_bps
    return found.value && down !== undefined ? { ...found.value, down } : found.value
  })
  return { found: all, verdict: computed(() => all.value && judge(all.value)) }
}
