import { computed, onScopeDispose, ref, shallowRef } from 'vue'
import { evidence, type Evidence, type Exchange } from '@/api/evidence'
import { useLive } from '@/record/live'
import { useRoom } from '@/room/useRoom'

const kinds = new Set([
  'exhibits_submitted', 'exhibit_withdrawn', 'opinion_given', 'exchange_opened', 'exchange_changed', 'exchange_closed', 'evidence_deadline_set', 'original_checked', 'exhibit_ruled', 'watermark_set',
])

/** The evidence of a case, kept fresh by what happens in its room. Times go by the court's clock. */
export function useEvidence(caseId: string, changed: () => void = () => {}) {
  const room = useRoom(caseId)
  const live = useLive()
  const all = shallowRef<Evidence>()
  const failed = shallowRef<unknown>(null)
  const ahead = ref(0) // of the court's clock before the phone's
  const tick = ref(Date.now())
  const now = computed(() => tick.value + ahead.value)

  async function load() {
    try {
      const asked = Date.now()
      all.value = await evidence.read(caseId)
      ahead.value = all.value.now - (asked + Date.now()) / 2
      failed.value = null
    } catch (err) {
      if (!all.value) failed.value = err
    }
  }

  let soon: ReturnType<typeof setTimeout> | undefined
  const stopListening = live.listen((f) => {
    if (f.t !== 'event' || f.case !== caseId || !kinds.has(f.kind)) return
    clearTimeout(soon)
    soon = setTimeout(() => {
      void load()
      changed()
    }, 200)
  })
  const timer = setInterval(() => {
    const before = running.value
    tick.value = Date.now()
    if (before && !running.value) void load() // the time has just ended
  }, 1000)
  onScopeDispose(() => {
    stopListening()
    clearTimeout(soon)
    clearInterval(timer)
  })

  /** The exchange that is going on or is still to come. */
  const running = computed<Exchange | undefined>(() =>
    [...(all.value?.exchanges ?? [])].reverse().find((e) => !e.closed_at && (!e.ends_at || e.ends_at > now.value)),
  )
  /** What the court wants over the evidence that I read; empty where it wants nothing. */
  const mark = computed(() => all.value?.watermark ?? '')
  const court = computed(() => room.myRole === 'judge' || room.myRole === 'clerk')
  const party = (id: string) => all.value?.parties.find((p) => p.id === id)

  return { room, all, failed, now, running, court, mark, party, load }
}
