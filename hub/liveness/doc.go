// Package liveness asks a camera a question that a recording can't have answered, and judges the answer: the phone's screen shows a random sequence of colours while the
// camera films the face, and the face has to take on those colours in that order and time. It is pure: it keeps nothing, knows no people, and reads no clock.
//
// It verifies nobody. Its report goes, with the frames, to a service that compares faces or to a person of the court who reviews; a Pass means that the capture answers the challenge, and
// nothing about who is in it.
//
// # What is looked at
//
// The mean colour of the circle, where the page asks for the face, as logarithms of red and of blue over green. Exposure drops out of these, and a
// white balance that adapts is a slow drift, taken away by a moving mean of four steps. What is left is correlated with what the sequence would give, for delays of 0 to 400 ms, and
// 2,000 other sequences of the same timing are held against it as well. A sequence guessed at random reaches the bound 70 times in a million.
//
// Whether the background answers as the face does, and whether all places of the picture answer with the same strength: a flat picture does, a head before a room doesn't. Whether
// the frames are one continuous capture: times without gaps, no picture twice, no jumps. Whether the face moves as a living one held in a hand does.
//
// # What is not detected
//
// A mask, a bust, or a picture bent so that it takes the light as a head does. A stream of pictures that somebody computes and colours in time (within 400 ms) and feeds to the browser in
// place of its camera: a deepfake that follows the light. Whether there is a face in the circle at all: people look for that. That times are true: the phone gives them. Whoever gives out challenges
// has to see to it that each is answered once, soon, by the session that it was given to, and not before its colours can have been shown.
//
// # Counts on synthetic captures
//
// All captures counted here are synthetic: rendered by this package's tests with a simple face, room, screen, sensor, white balance, exposure, hand and JPEG. No person was filmed, and cameras differ; the
// counts say that the arithmetic does what it should, not how often a real face is refused. Passed / unsure / failed of 20 each, by the light of the room; the screen gives 25 lux.
//
//	light, lux                              20       100       300       600      1500
//	genuine                                 20/0/0    20/0/0    20/0/0    18/2/0    0/11/9
//	printed picture held in the hand        0/20/0    0/20/0    0/20/0    0/20/0    0/17/3
//	still picture, coloured in time         0/0/20    0/0/20    0/0/20    0/0/20    0/0/20
//	video without the screen's light        0/0/20    0/0/20    0/0/20    0/0/20    0/0/20
//	video of another challenge              0/0/20    0/0/20    0/0/20    0/0/20    0/0/20
//	order changed                           0/0/20    0/4/16    0/1/19    0/0/20    0/1/19
//	colours late by 550 to 850 ms           0/0/20    0/0/20    0/0/20    0/0/20    0/0/20
//	played on a screen, coloured late       0/1/19    0/3/17    0/2/18    0/2/18    0/2/18
//	put together from parts                 0/2/18    0/0/20    0/2/18    0/4/16    0/0/20
//
// In the table a false accept is a Pass in a row below the first, and a false reject a Fail in the first. Below about 10 lux the verdict is Unsure at best: where the screen outshines all other light a flat picture
// can't be told from a face. Beside a window or outdoors the screen's light is too weak, and most captures fail: the page asks for another place, and offers digits to be
// read aloud on video (Digits), which a person of the court watches.
package liveness
