// Package shrink makes photographs smaller by whole factors. What is left to a scaler that weighs each pixel is then
// little: most of what a thumbnail costs is looking at the photograph's millions of pixels.
package shrink

import "image"

// By gives a picture with 1/n of the sides of img, rounded up, in which each pixel is the mean of n times n, at the right and at the
// bottom of as many as there are: nothing at the edges is lost. n is at least 1.
func By(n int, img *image.YCbCr) *image.YCbCr {
	small := image.NewYCbCr(image.Rect(0, 0, (img.Rect.Dx()+n-1)/n, (img.Rect.Dy()+n-1)/n), img.SubsampleRatio)
	from, to := planes(img), planes(small)
	for i := range from {
		to[i].average(from[i], n)
	}
	return small
}

// plane is one of the three components of a picture.
type plane struct {
	samples               []byte
	stride, width, height int
}

func planes(img *image.YCbCr) [3]plane {
	last := img.COffset(img.Rect.Max.X-1, img.Rect.Max.Y-1)
	width, height := last%img.CStride+1, last/img.CStride+1
	return [3]plane{
		{img.Y, img.YStride, img.Rect.Dx(), img.Rect.Dy()},
		{img.Cb, img.CStride, width, height},
		{img.Cr, img.CStride, width, height},
	}
}

// average fills the plane with the means of squares of n times n of another; at its ends a square may be cut off.
func (p plane) average(from plane, n int) {
	sums := make([]uint32, p.width)
	for y := range p.height {
		clear(sums)
		bottom := min((y+1)*n, from.height)
		for row := y * n; row < bottom; row++ {
			samples := from.samples[row*from.stride:][:from.width]
			for x := range sums {
				for _, sample := range samples[x*n : min((x+1)*n, len(samples))] {
					sums[x] += uint32(sample)
				}
			}
		}
		out := p.samples[y*p.stride:][:p.width]
		for x, sum := range sums {
			count := uint32((bottom - y*n) * (min((x+1)*n, from.width) - x*n))
			out[x] = byte((sum + count/2) / count)
		}
	}
}
