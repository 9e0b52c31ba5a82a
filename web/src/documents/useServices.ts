import { computed, onScopeDispose } from 'vue'
import { useLive } from '@/record/live'
import { useRoom } from '@/room/useRoom'

/** The room of a case, and a call whenever something happens to the service of a document in it. */
export function useServices(caseId: string, changed: () => void) {
  const room = useRoom(caseId)
  let soon: ReturnType<typeof setTimeout> | undefined
  const stop = useLive().listen((f) => {
    if (f.t !== 'event' || f.case !== caseId || !f.thread.startsWith('service/')) return
    clearTimeout(soon)
    soon = setTimeout(changed, 200)
  })
  onScopeDispose(() => {
    stop()
    clearTimeout(soon)
  })
  const court = computed(() => room.myRole === 'judge' || room.myRole === 'clerk')
  return { room, court }
}
