package liveness

import "io"

// nDigits is how many digits are read aloud: a million forms, and short enough to be said in a few seconds.
const nDigits = 6

// Digits draws what is read aloud on video where the screen's light can't be used. Nothing here looks at the video: a person does.
func Digits(random io.Reader) (string, error) {
	b := make([]byte, nDigits)
	for i := range b {
		n, err := draw(random, 10)
		if err != nil {
			return "", err
		}
		b[i] = '0' + byte(n)
	}
	return string(b), nil
}
