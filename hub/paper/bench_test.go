package paper

import "testing"

func BenchmarkRender(b *testing.B) {
	needFonts(b)
	d := sample(b)
	for b.Loop() {
		render(b, d)
	}
}
