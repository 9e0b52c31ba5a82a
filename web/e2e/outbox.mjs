import { join } from 'node:path'
import { court, marker, people, quietCase, stage } from './court.mjs'
import { Person } from './person.mjs'
import { Client } from './rest.mjs'
import { expect, launchPhone, phone, play, same, step, until } from './run.mjs'

play(async () => {
  const [gate] = stage.gates
  const folder = join(stage.temp, 'phone')
  // Another participant, on the other node: what is in their list is what the server has.
  const other = await Client.signIn(stage.nodes[1], people.defendant)
  const caseId = await other.caseId(quietCase.docket)
  await other.accept(caseId)
  const theirs = async (kind, text = '') => (await other.events(caseId)).filter((e) => e.kind === kind && (e.body.text ?? '').includes(text))
  const once = async (kind, text) => {
    await until(`${kind} ${text ?? ''} arrives`, async () => (await theirs(kind, text)).length > 0)
    same(`how often ${kind} ${text ?? ''} arrived`, (await theirs(kind, text)).length, 1)
  }

  const person = new Person(people.plaintiff, null, gate)
  /** Opens the browser, with all that it kept, on a page. */
  const open = async (path) => {
    person.context = await launchPhone(folder, phone)
    await person.openPage(path)
  }
  const room = `/cases/${caseId}`
  const offline = async (yes) => {
    await (yes ? court.silence(0) : court.open(0))
    await person.context.setOffline(yes)
  }
  const kept = () =>
    person.page.evaluate(async () => {
      const me = JSON.parse(localStorage.getItem('microcourt.me')).id
      const db = await new Promise((done) => (indexedDB.open(`microcourt.${me}`).onsuccess = (e) => done(e.target.result)))
      const all = (store) => new Promise((done) => (db.transaction(store).objectStore(store).getAll().onsuccess = (e) => done(e.target.result)))
      const [drafts, outbox, blobs, events] = [await all('drafts'), await all('outbox'), await all('blobs'), await all('events')]
      db.close()
      return { drafts: drafts.map((d) => d.text), outbox: outbox.length, blobs: blobs.length, events }
    })
  /** What is on the phone's disk of what the person wrote. */
  const own = async () => {
    const { drafts, outbox, blobs } = await kept()
    return { drafts, outbox, blobs }
  }

  await open('/')
  await person.signIn()
  await person.openCase(quietCase)
  await person.acceptNotice()
  await person.page.evaluate(() => navigator.serviceWorker.ready.then(() => true))

  await step('a draft survives closing the page', async () => {
    await person.box().fill('还没有写完')
    await person.page.close({ runBeforeUnload: true })
    await person.openPage(room)
    await until('the draft is there again', async () => (await person.box().inputValue()) === '还没有写完')
    await person.box().fill('')
    await until('the draft is put away', async () => (await kept()).drafts.length === 0)
  })

  await step('without a network a text, a picture and a voice message wait on the phone', async () => {
    await offline(true)
    await person.say(`${marker}：断网时写的`)
    await person.pick('相册', stage.files.image)
    await person.speak()
    await until('three things wait', async () => (await person.pending().count()) === 3)
    await person.pending('断网时写的').getByText('等待发送').waitFor()
    await until('all of it is on the phone’s disk', async () => JSON.stringify(await own()) === '{"drafts":[],"outbox":3,"blobs":2}')
  })

  await step('the browser is closed; opened again without a network, everything is there', async () => {
    await person.context.close()
    await open('about:blank').catch(() => {}) // the address is no path: a page to go on from
    await offline(true)
    await person.page.goto(gate + room, { waitUntil: 'domcontentloaded' })
    await until('three things still wait', async () => (await person.pending().count()) === 3)
    same('what the others have', (await theirs('text', '断网时')).length, 0)
  })

  await step('when the network is back all of it arrives by itself, exactly once', async () => {
    await offline(false)
    await person.allSent()
    await once('text', '断网时写的')
    await once('image')
    await once('voice')
    const order = (await other.events(caseId)).filter((e) => e.by && ['text', 'image', 'voice'].includes(e.kind)).map((e) => e.kind)
    same('the order of writing', order, ['text', 'image', 'voice'])
    same('what is left on the phone', await own(), { drafts: [], outbox: 0, blobs: 0 })
  })

  await step('a node killed while messages are on their way: each arrives exactly once', async () => {
    const texts = Array.from({ length: 12 }, (_, i) => `${marker}：第${i + 1}句。`)
    for (const [i, text] of texts.entries()) {
      await person.say(text)
      if (i === 5) await Promise.all([court.lead(0, 1), court.kill(0)])
    }
    await person.allSent()
    for (const text of texts) await once('text', text)
    const said = (await theirs('text', '句。')).map((e) => e.body.text)
    same('the order of writing', said, texts)
    await court.start(0)
  })

  await step('two pages open: still once', async () => {
    const first = person.page
    await offline(true)
    await person.say(`${marker}：从第一页`)
    await person.openPage(room)
    await person.pending('从第一页').waitFor()
    await person.say(`${marker}：从第二页`)
    await offline(false)
    await person.allSent()
    await first.close()
    await once('text', '从第一页')
    await once('text', '从第二页')
    await person.sees('从第二页')
  })

  const secret = `${marker}：只给法官看的`
  await step('somebody else signing in on the same browser finds nothing of it', async () => {
    const bench = (await other.call('GET', `/cases/${caseId}`)).participants.find((p) => p.name === people.plaintiff.name).id
    const first = await Client.signIn(stage.nodes[1], people.plaintiff)
    await first.send(caseId, secret, `bench/${bench}`)
    await person.sees(secret)
    await offline(true)
    await person.pick('相册', stage.files.image)
    await person.pending().first().waitFor()
    await person.box().fill('只有我看得到的草稿')
    await until('picture and draft are kept', async () => JSON.stringify(await own()) === '{"drafts":["只有我看得到的草稿"],"outbox":1,"blobs":1}')
    // Meanwhile this phone is signed out from elsewhere.
    await first.call('POST', '/auth/sign-out-everywhere', {})
    await offline(false)
    await person.page.waitForURL(/sign-in/)
    same('pictures that the others have', (await theirs('image')).length, 1)

    const second = new Person(people.defendant, person.context, gate)
    second.page = person.page
    await second.signIn()
    await second.page.goto(gate + room)
    await second.inRoom()
    await second.sees('从第二页')
    same('the box of the second person', await second.box().inputValue(), '')
    same('what waits to be sent', await second.pending().count(), 0)
    same('what the second person keeps', await own(), { drafts: [], outbox: 0, blobs: 0 })
    const nothing = async () => expect('the first one’s private message is not there', !(await second.page.content()).includes(secret))
    await nothing()
    // Without a network the page shows what this phone holds.
    await until('the phone holds the room', async () => JSON.stringify((await kept()).events).includes('从第二页'))
    expect('what is held for the second one is without it', !JSON.stringify(await kept()).includes(secret))
    await offline(true)
    await second.page.reload({ waitUntil: 'domcontentloaded' })
    await second.sees('从第二页')
    await nothing()
    await offline(false)
    await second.page.goto(gate + '/mine')
    await second.page.getByRole('button', { name: '退出登录' }).click()
    await second.page.getByRole('dialog').getByRole('button', { name: '退出登录' }).click()
    await second.page.waitForURL(/sign-in/)
  })

  await step('the first person’s own is still there, and is sent exactly once', async () => {
    await until('a code can be asked for again', async () => {
      await person.page.goto(gate + '/sign-in')
      await person.signIn()
      return true
    })
    await person.page.goto(gate + room)
    await person.inRoom()
    await until('the draft is there', async () => (await person.box().inputValue()) === '只有我看得到的草稿')
    await person.allSent()
    same('pictures that the others have', (await theirs('image')).length, 2)
    const mine = (await Client.signIn(stage.nodes[1], people.judge)).events(caseId)
    const by = (await mine).filter((e) => e.kind === 'image').map((e) => e.by)
    expect('both pictures are by the first person', by[0] === by[1])
  })

  await step('restarting keeps what only this phone has, and gives it up when told so twice', async () => {
    const restart = async (...buttons) => {
      await person.page.goto(gate + '/mine')
      await person.page.getByRole('button', { name: '退出重启' }).click()
      await person.page.getByText('1 份没有写完的内容').waitFor()
      for (const name of buttons) await person.page.getByRole('button', { name }).click()
      await person.page.waitForURL((url) => url.pathname === '/')
      await person.page.getByText('最近的案件').waitFor()
    }
    await restart('保留这些内容，清除缓存并重启')
    same('what is there of before', await own(), { drafts: ['只有我看得到的草稿'], outbox: 0, blobs: 0 })
    same('what can be had again', (await kept()).events, [])
    await restart('连同这些内容一起清除', '全部清除并重启')
    same('what is left', await own(), { drafts: [], outbox: 0, blobs: 0 })
  })

  same('faults of the page', person.faults, [])
})
