import { Accounts } from './screens/accounts.js'
import { Actions } from './screens/actions.js'
import { Chat } from './screens/chat.js'
import { Failures } from './screens/failures.js'
import { Now } from './screens/now.js'
import { Report } from './screens/report.js'
import { Rules } from './screens/rules.js'
import { Staffing } from './screens/staffing.js'
import { Unanswered } from './screens/unanswered.js'

/** The screens by their name in the address, in the order of the menu. @type {Record<string, any>} */
export const SCREENS = {
  now: Now,
  chat: Chat,
  unanswered: Unanswered,
  report: Report,
  staffing: Staffing,
  rules: Rules,
  failures: Failures,
  actions: Actions,
  accounts: Accounts,
}
