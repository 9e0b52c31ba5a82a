import account from './account.json'
import cases from './cases.json'
import common from './common.json'
import room from './room.json'
import staff from './staff.json'

export default { ...common, ...account, ...cases, ...room, ...staff } as Record<string, unknown>
