import { phone, same, until, watch, PATIENCE_MS } from './run.mjs'

/** Somebody with a phone, who uses the pages as people do: by what stands on them. */
export class Person {
  /** `context` is the phone's browser; `base` the address that it opens. */
  constructor(who, context, base) {
    this.who = who
    this.context = context
    this.base = base
    this.heard = [] // everything that came from the server over sockets
    this.faults = [] // errors of the page itself
  }

  static async with(browser, who, base, options = {}) {
    const p = new Person(who, await browser.newContext({ ...phone, ...options }), base)
    await p.openPage('/')
    return p
  }

  async openPage(path) {
    this.page = await this.context.newPage()
    this.page.setDefaultTimeout(PATIENCE_MS)
    watch(this.who.login ?? this.who.phone, this.page)
    this.page.on('websocket', (ws) => ws.on('framereceived', ({ payload }) => this.heard.push(String(payload))))
    this.page.on('pageerror', (err) => this.faults.push(err.message))
    this.page.on('console', (m) => {
      if (m.type() === 'error' && /Content.Security|Uncaught|Vue/i.test(m.text())) this.faults.push(m.text())
    })
    await this.page.goto(this.base + path, { waitUntil: 'domcontentloaded' })
  }

  // -- the account --

  /** Signs in with the form: by a code as people of the public do, by a password as the court's own. */
  async signIn() {
    const { page, who } = this
    if (who.login) {
      await page.getByRole('tab', { name: '法院工作人员' }).click()
      await page.getByLabel('用户名').fill(who.login)
      await page.getByLabel('密码').fill(who.password)
    } else {
      await page.getByLabel('手机号码').fill(who.phone)
      await page.getByRole('button', { name: '获取验证码' }).click()
      await page.getByText('已为您填好').waitFor()
    }
    await page.getByRole('button', { name: '登录', exact: true }).click()
    await page.waitForURL((url) => url.pathname !== '/sign-in')
  }

  // -- finding the way --

  async openCase({ docket }) {
    const { page } = this
    await page.getByRole('link', { name: /我的案件/ }).first().click()
    await page.getByRole('link', { name: docket }).click()
  }

  /** Reads the first-entry notice to its end and accepts it. */
  async acceptNotice() {
    const { page } = this
    const confirm = page.getByRole('button', { name: '我已理解并知晓上述内容' })
    await confirm.waitFor()
    same('the notice can be accepted before it was read', await confirm.isEnabled(), false)
    await page.locator('.paper footer').scrollIntoViewIfNeeded()
    await page.evaluate(() => scrollTo(0, document.body.scrollHeight))
    await confirm.click()
    await this.inRoom()
  }

  async inRoom() {
    await this.box().waitFor()
  }

  async back() {
    await this.page.getByRole('button', { name: '返回' }).click()
  }

  // -- talking --

  box(name = '发给本案全体参与人') {
    return this.page.getByRole('textbox', { name })
  }

  /** Where a private message is written; it looks different, so that nobody writes to the wrong reader. */
  privateBox() {
    return this.page.locator('.composer--secret').getByRole('textbox')
  }

  async say(text, box = this.box()) {
    await box.fill(text)
    await this.page.getByRole('button', { name: '发送', exact: true }).click()
  }

  /** The message in the record that holds the text. */
  row(text) {
    return this.page.locator('article.row:not(.pending)').filter({ hasText: text })
  }

  /** What is still on this phone. */
  pending(text = '') {
    return this.page.locator('article.pending').filter({ hasText: text })
  }

  async sees(text) {
    await this.row(text).first().waitFor()
    same(`${this.who.name} sees ${text}`, await this.row(text).count(), 1)
  }

  /** Opens the menu of a message. */
  async menu(text) {
    await this.row(text).getByRole('button', { name: '更多操作' }).click()
  }

  async plus() {
    await this.page.getByRole('button', { name: '更多功能' }).click()
  }

  /** Goes to a page of the case by the plus panel; is there when this is done, so that what is tapped next isn't the panel again. */
  async plusTo(name, path) {
    await this.plus()
    await this.page.getByRole('button', { name }).click()
    await this.page.waitForURL(`**/${path}`)
  }

  /** Picks a file as the phone's album, camera or files would give it. */
  async pick(what, path) {
    await this.plus()
    const chooser = this.page.waitForEvent('filechooser')
    await this.page.locator('.plus__file').filter({ hasText: what }).click()
    await (await chooser).setFiles(path)
  }

  /** Speaks into the fake microphone for at least a second. */
  async speak() {
    await this.page.getByRole('button', { name: '录制语音' }).click()
    await this.page.locator('.composer__time').filter({ hasText: /0:0[1-9]/ }).waitFor()
    await this.page.getByRole('button', { name: '结束并发送' }).click()
  }

  /** What the page shows of the record, as lines: the place of each entry and what it says, without what changes by itself. */
  record() {
    return this.page.locator('[data-key]').evaluateAll((rows) =>
      rows.map((row) => `${row.dataset.key} ${[...row.querySelectorAll('.body-text, .body-card strong, .row__head strong')].map((e) => e.innerText).join(' ')}`),
    )
  }

  /** The page as the phone shows it now. */
  text() {
    return this.page.locator('body').innerText()
  }

  /** Waits until nothing is left to send. */
  async allSent(limit) {
    await until(`${this.who.name} has sent everything`, async () => (await this.pending().count()) === 0, limit)
  }
}
