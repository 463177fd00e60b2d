import { expect, test } from 'vitest'
import { countedAddress } from '../../src/http/sender-address.ts'

test.for<[string, string]>([
  ['192.0.2.1', '192.0.2.1'],
  ['::ffff:192.0.2.1', '192.0.2.1'],
  ['2001:db8:1:2:3:4:5:6', '2001:db8:1:2::/64'],
  ['2001:db8:1:2::7', '2001:db8:1:2::/64'],
  ['2001:0db8:0001:0002:0000:0000:0000:0007', '2001:db8:1:2::/64'],
  ['2001:db8::1', '2001:db8:0:0::/64'],
  ['::1', '0:0:0:0::/64'],
  ['fe80::1%eth0', 'fe80:0:0:0::/64'],
])('%s counts as %s', ([text, counted]) => {
  expect(countedAddress(text)).toBe(counted)
})

test.for(['', 'unknown', '999.1.1.1', '192.0.2.1:80', 'x'.repeat(10_000)])('%j is no address', (text) => {
  expect(countedAddress(text)).toBeNull()
})
