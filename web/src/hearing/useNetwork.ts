import { computed, onScopeDispose, shallowRef, type Ref } from 'vue'
import type { Call, Flow } from './call'
import { carries, judge, type Carries, type Stats } from './network'

/** How long the connection is looked at before it is judged, and again after that. */
const WATCHED_MS = 5_000

/**
 * Tries the network by what goes over it anyway while somebody waits: the court's server counts and times the picture that the clerk sees. Nothing is sent back for
 * it, so that a phone's data aren't spent twice and that nothing at all comes out of the hearing to who waits.
 */
export function useNetwork(call: Call, flow: Ref<Flow>) {
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
  return { found, verdict: computed(() => found.value && judge(found.value)) }
}
