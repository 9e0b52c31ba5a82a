import { onScopeDispose, shallowRef } from 'vue'
import type { HearingFrame, Point, View } from '@/api/hearings'
import { useLive } from '@/record/live'

/** How often the court's server is told at most; it tells the others no more often. */
const EVERY_MS = 1000 / 15
/** A place that nothing more is heard of is no longer pointed at: the word that the finger was lifted may have been lost. */
const POINTED_MS = 4_000

/** Which page a view is of. */
export const keyOf = (exhibit: string, page: number) => `${exhibit} ${page}`

/** How the court looks at what is shown, and where it points: told and heard of as it happens, and kept nowhere. */
export function useLooks(caseId: string | undefined, id: string) {
  const live = useLive()
  const look = shallowRef<{ key: string; view: View }>()
  const points = shallowRef<(Point & { key: string; by: string })[]>([])
  const lifted = new Map<string, ReturnType<typeof setTimeout>>()

  function lift(by: string) {
    clearTimeout(lifted.get(by))
    lifted.delete(by)
    points.value = points.value.filter((p) => p.by !== by)
  }
  const stop = live.listen((frame) => {
    const f = frame as typeof frame | HearingFrame
    if (f.t !== 'hearing_view' || f.hearing !== id) return
    const key = keyOf(f.exhibit, f.page)
    if (f.view) look.value = { key, view: f.view }
    if (!f.by) return
    const by = f.by
    lift(by)
    if (!f.pointer) return
    points.value = [...points.value, { ...f.pointer, key, by }]
    lifted.set(by, setTimeout(() => lift(by), POINTED_MS))
  })

  let last = 0
  let due: ReturnType<typeof setTimeout> | undefined
  let again: ReturnType<typeof setTimeout> | undefined // a finger that rests still points
  let next: { exhibit: string; page: number; view?: View; pointer?: Point } | undefined
  function send() {
    due = undefined
    if (!next) return
    last = Date.now()
    clearTimeout(again)
    const { view: _, ...rests } = next
    if (rests.pointer) again = setTimeout(() => lead(rests.exhibit, rests.page, { pointer: rests.pointer! }), POINTED_MS / 2)
    // What is refused or lost is of the moment, and the next one makes it good.
    live.request({ t: 'hearing_view', case: caseId, hearing: id, ...next }).catch(() => {})
    next = undefined
  }
  /** Has everybody look at a page so, and points at a place on it. */
  function lead(exhibit: string, page: number, what: { view?: View; pointer?: Point }) {
    const same = next && keyOf(next.exhibit, next.page) === keyOf(exhibit, page) ? next : undefined
    const { pointer: _, ...before } = same ?? { exhibit, page }
    next = { ...before, ...what }
    if (what.view) look.value = { key: keyOf(exhibit, page), view: what.view }
    due ??= setTimeout(send, Math.max(0, last + EVERY_MS - Date.now()))
  }

  onScopeDispose(() => {
    stop()
    clearTimeout(due)
    clearTimeout(again)
    for (const timer of lifted.values()) clearTimeout(timer)
  })
  return { look, points, lead }
}
