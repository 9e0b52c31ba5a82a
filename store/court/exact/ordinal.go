package exact

const chineseDigits = "零一二三四五六七八九"

// Ordinal writes a number from 1 to 999 as papers count: 一, 十, 十二, 二十, 一百零五.
func Ordinal(n int) string {
	digit := func(n int) string { return string([]rune(chineseDigits)[n]) }
	tens := func(n int) string { // below a hundred
		text := ""
		if n >= 10 {
			text = digit(n/10) + "十"
		}
		if n%10 != 0 {
			text += digit(n % 10)
		}
		return text
	}
	switch {
	case n >= 100 && n%100 == 0:
		return digit(n/100) + "百"
	case n >= 100 && n%100 < 10:
		return digit(n/100) + "百零" + digit(n%10)
	case n >= 100:
		return digit(n/100) + "百" + tens(n%100)
	case n >= 10 && n < 20:
		return string([]rune(tens(n))[1:])
	}
	return tens(n)
}
