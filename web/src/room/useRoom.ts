import { onScopeDispose } from 'vue'
import { useLive } from '@/record/live'
import type { Room } from '@/record/room'

const open = new Map<string, { pages: number; closing?: ReturnType<typeof setTimeout> }>()

/** Joins the room while a page of it is open. Going from one page of the room to another doesn't leave it. */
export function useRoom(id: string): Room {
  const room = useLive().room(id)
  const use = open.get(id) ?? { pages: 0 }
  clearTimeout(use.closing)
  const resumed = use.closing !== undefined || use.pages > 0
  delete use.closing
  use.pages++
  open.set(id, use)
  if (!resumed || room.s.status === 'refused') void room.open(true)
  onScopeDispose(() => {
    use.pages--
    if (use.pages > 0) return
    use.closing = setTimeout(() => {
      delete use.closing
      void room.close()
    }, 1500)
  })
  return room
}
