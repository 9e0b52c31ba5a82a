import { inject, provide, type InjectionKey } from 'vue'
import type { CourtEvent } from '@/api/types'
import type { Room } from '@/record/room'

/** What the parts of a conversation can ask of the page around them. */
export interface Conversation {
  room: Room
  /** The page shows one private thread, and nothing else. */
  single: boolean
  menu: (e: CourtEvent) => void
  quote: (e: CourtEvent) => void
  jump: (thread: string, seq: number) => void
  picture: (url: string) => void
  place: (e: CourtEvent) => void
  receipts: (e: CourtEvent) => void
}

const key: InjectionKey<Conversation> = Symbol('conversation')

export const provideConversation = (c: Conversation) => provide(key, c)

export function useConversation(): Conversation {
  const c = inject(key)
  if (!c) throw new Error('no conversation around')
  return c
}
