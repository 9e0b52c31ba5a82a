import { computed, onMounted, onScopeDispose, shallowRef, type ComputedRef, type ShallowRef } from 'vue'
import { cases } from '@/api/calls'
import { hearings, type HearingFrame, type HearingView, type Presence, type Seat, type SeatSet, type Sitting } from '@/api/hearings'
import type { Notice } from '@/api/types'
import { newId } from '@/outbox/item'
import { codeOf, OFFLINE } from '@/api/errors'
import { useLive } from '@/record/live'
import { seatName } from './words'

const SOON_MS = 60

/** A hearing from somebody's place in it, and what one does of one's own. */
export interface Attended {
  view: ShallowRef<HearingView | undefined>
  failed: ShallowRef<unknown>
  load: () => Promise<void>
  /** An observer has no seat. */
  me: ComputedRef<Seat | undefined>
  presence: ComputedRef<Presence>
  court: ComputedRef<boolean>
  judge: ComputedRef<boolean>
  presiding: ComputedRef<string>
  /** Of who has no place in the case. */
  guest: ComputedRef<'' | 'witness' | 'observer'>
  /** What a witness promises. */
  undertaking?: ShallowRef<Notice | undefined>
  /** What a guest sees of what is shown. */
  shown?: ComputedRef<Sitting['shown']>
  enter: () => Promise<unknown>
  leave: () => Promise<unknown>
  setOwn: (set: Pick<SeatSet, 'muted' | 'hand'>) => Promise<unknown>
  rules: () => Promise<Notice>
  accept: (n: Notice) => Promise<unknown>
  undertake?: (n: Notice) => Promise<unknown>
}

/** A hearing as the court's record has it, read again whenever something happens in it. */
export function useHearing(caseId: string, id: string): Attended {
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
  const presiding = computed(() => view.value?.seats.find((s) => s.id === view.value?.presiding))
  return {
    view,
    failed,
    load,
    me,
    presence: computed(() => me.value?.presence ?? 'absent'),
    court: computed(() => me.value?.role === 'judge' || me.value?.role === 'clerk'),
    judge: computed(() => me.value?.role === 'judge'),
    guest: computed(() => '' as const),
    presiding: computed(() => (presiding.value ? seatName(presiding.value) : '')),
    enter: () => hearings.enter(caseId, id, newId()),
    leave: () => hearings.leave(caseId, id, newId()),
    setOwn: (set) => hearings.setOwn(caseId, id, newId(), set),
    rules: () => hearings.discipline(caseId),
    accept: (n) => cases.accept(caseId, n),
  }
}
