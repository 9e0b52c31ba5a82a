import { computed, onMounted, onScopeDispose, shallowRef } from 'vue'
import { hearings, type HearingFrame, type HearingView } from '@/api/hearings'
import { codeOf, OFFLINE } from '@/api/errors'
import { useLive } from '@/record/live'

const SOON_MS = 60

/** A hearing as the court's record has it, read again whenever something happens in it. */
export function useHearing(caseId: string, id: string) {
  const live = useLive()
  const view = shallowRef<HearingView>()
  const failed = shallowRef<unknown>(null)
  let asked = 0

  async function load() {
    const n = ++asked
    try {
      const v = await hearings.read(caseId, id)
      if (n === asked) view.value = v
      failed.value = null
    } catch (err) {
      if (!view.value || codeOf(err) !== OFFLINE) failed.value = err
    }
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  function soon() {
    clearTimeout(timer)
    timer = setTimeout(() => void load(), SOON_MS)
  }
  const stop = live.listen((frame) => {
    const f = frame as typeof frame | HearingFrame
    if (f.t === 'hearing' && f.hearing === id) soon()
    if (f.t === 'event' && f.case === caseId && (f.kind.startsWith('hearing_') || f.kind === 'notice_accepted')) soon()
  })
  const stopOpen = live.whenOpen(soon)
  onMounted(load)
  onScopeDispose(() => {
    stop()
    stopOpen()
    clearTimeout(timer)
  })

  const me = computed(() => view.value?.seats.find((s) => s.id === view.value?.me))
  const court = computed(() => me.value?.role === 'judge' || me.value?.role === 'clerk')
  const judge = computed(() => me.value?.role === 'judge')
  return { view, me, court, judge, failed, load }
}
