// A text of about a minute, read slowly: something to steer, queue behind, scroll in or stop.

const paragraphs = [
  'You asked for something long, so here is a walk through the inside of this app, told slowly. I take about a minute. You may type while I talk: that is the point of it.',
  'What you are looking at is a **thread**. A thread is a conversation that outlives everything around it: this window, this process, this evening. It has an identity of its own, its own settings, and a log in which every step is written down before anyone sees it.',
  'A thread is made of **turns**. A turn begins with your words and ends when I come to rest. In between I may think, talk, run commands, change files and ask you questions. If you stop a turn in the middle, what was there so far stays, marked as interrupted. Nothing is swept under the carpet.',
  'A turn is made of **items**: the cards you see. Each has a beginning, sometimes a middle that grows while you watch, and an end. The piece of text you are reading is such an item, and its middle is now.',
  'When you send words into a running turn, that is called **steering**. Your words are laid beside my work, and I read them at the next pause, when a command has ended or a paragraph is done. Words that can wait are better **queued**: they start a turn of their own once this one is over, in the order you gave them.',
  'Each turn remembers under which **settings** it ran: the model, what I was allowed to do, who was to be asked. You find them in the Config tab, each with the place it came from. When you change something, the change counts from the next turn on, and the old turns keep telling the truth about themselves.',
  'What I may do to your machine is decided in two places. The **sandbox** draws the line that commands cannot cross: which folders they may write to, whether there is a network. The **approval policy** says when you are asked. The first is enforced by the operating system and not by my good will, which is as it should be, for I have none.',
  'If the lights go out right now, this text will be cut. Start the app again and you will find it up to about the last sentence, with a note that the turn was interrupted. Nothing will start again behind your back.',
  'A word about the name. A skein is a length of yarn, loosely wound so that it does not tangle. It is also a flight of geese. Both have in common that many threads move together without getting in one another’s way, and that someone keeps an eye on them.',
  'That was the tale. If you steered me, I will say so now. If not, the turn simply ends, and the dot in the list turns quiet.',
]

export const longTale = paragraphs.join('\n\n')
