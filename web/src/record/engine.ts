// All that works while somebody is signed in, in one file that is fetched while the first page is already being used.
export { Socket } from '@/api/socket'
export { carrier } from '@/outbox/carrier'
export { Drafts } from '@/outbox/drafts'
export { Outbox } from '@/outbox/outbox'
export { sharedAmongPages } from '@/outbox/shared'
export { clearCaches, openPersonDB } from './db'
export { Room } from './room'
