import { onMounted, onScopeDispose, reactive, ref, shallowRef, watch } from 'vue'
import { codeOf, OFFLINE } from '@/api/errors'
import { filingDesk, type DeskFilingLine, type DeskFilings, type DeskList } from '@/api/filingdesk'
import { useLive } from '@/record/live'

const ASK_MS = 15_000
const LAST = '9999'

/** What is due first by the law stands first; then what has waited longest. */
export function byDue(a: DeskFilingLine, b: DeskFilingLine): number {
  const due = (f: DeskFilingLine) => (f.clock.running && f.clock.last_day) || LAST
  return due(a).localeCompare(due(b)) || a.handed_in_at - b.handed_in_at
}

/** One of the desk's lists, kept up to date: filings are in no room, so nothing tells of them but a look now and then, and after the network was away. */
export function useQueue() {
  const query = reactive({ list: 'waiting' as DeskList })
  const found = shallowRef<DeskFilings>()
  const failed = shallowRef<unknown>(null)
  const busy = ref(false)

  async function load() {
    const wanted = query.list
    busy.value = true
    try {
      const got = await filingDesk.list(wanted)
      if (wanted !== query.list) return
      found.value = { ...got, filings: wanted === 'over' ? [...got.filings].reverse() : [...got.filings].sort(byDue) }
      failed.value = null
    } catch (err) {
      if (!found.value || codeOf(err) !== OFFLINE) failed.value = err
    } finally {
      busy.value = false
    }
  }
  watch(
    () => query.list,
    () => {
      found.value = found.value && { ...found.value, filings: [] }
      void load()
    },
  )
  const look = () => document.visibilityState === 'visible' && !busy.value && void load()
  const timer = setInterval(look, ASK_MS)
  document.addEventListener('visibilitychange', look)
  const stop = useLive().whenOpen(look)
  onMounted(load)
  onScopeDispose(() => {
    clearInterval(timer)
    stop()
    document.removeEventListener('visibilitychange', look)
  })
  return { query, found, failed, busy, load }
}
