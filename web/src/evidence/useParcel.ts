import { computed, shallowRef } from 'vue'
import { codeOf } from '@/api/errors'
import { evidence } from '@/api/evidence'
import { newId } from '@/outbox/item'
import { useLive } from '@/record/live'
import type { DraftExhibit, Parcel } from './parcel'

export function newExhibit(): DraftExhibit {
  return { id: newId(), name: '', kind: '', purpose: '', source: '', original_held: true, pages: [] }
}

/** A submission being put together: the one on this phone, or the court's draft of it, or a new one. */
export function useParcel(caseId: string, id: string) {
  const live = useLive()
  const failed = shallowRef<unknown>(null)
  const parcel = computed<Parcel | undefined>(() => live.keeper?.parcels.get(id))

  async function open() {
    failed.value = null
    try {
      const keeper = await live.needKeeper()
      if (keeper.parcels.has(id)) return
      try {
        await keeper.adopt(caseId, await evidence.draft(caseId, id))
      } catch (err) {
        if (codeOf(err) !== 'not_found' && codeOf(err) !== 'offline') throw err
        await keeper.create({ id, case: caseId, for: '', exhibits: [newExhibit()], late_reason: '' })
      }
    } catch (err) {
      failed.value = err
    }
  }

  const change = async (c: Partial<Parcel>) => void (await live.keeper?.change(id, c))

  return { parcel, failed, open, change }
}
