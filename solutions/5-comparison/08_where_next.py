# title: Where next
# summary: What this course left out, and where to find it.

# %% [markdown]
# # 08 · Where next
#
# The course ends here. There is nothing to write and nothing to hand in on this page.
#
# **Time:** about {minutes} minutes

# %% [markdown]
# ## What the course left out
#
# You have built networks from scratch, judged them honestly, raced them against libraries, and written an
# engine like the one inside some of them. What this course left out, and where to find it:
#
# - **Pictures.** The digits went in as 64 unrelated numbers. Had the pixels of all images been put in another
#   order, the same for all, training would have done as well. *Convolutions* make use of which pixels are
#   neighbours. M. Nielsen,
#   [Neural Networks and Deep Learning](http://neuralnetworksanddeeplearning.com), chapter 6, and Stanford's
#   [CS231n](https://cs231n.github.io).
# - **Text and sequences.** *Attention* and the transformer: A. Zhang, Z. Lipton, M. Li, A. Smola,
#   [Dive into Deep Learning](https://d2l.ai), chapter 11, with code to run.
# - **An engine, and then a language model, line by line.** A. Karpathy's
#   [micrograd](https://github.com/karpathy/micrograd) and his lectures
#   [Neural Networks: Zero to Hero](https://karpathy.ai/zero-to-hero.html).
# - **The theory.** I. Goodfellow, Y. Bengio, A. Courville,
#   [Deep Learning](https://www.deeplearningbook.org) (2016).
# - **Data in tables.** Boosted trees often beat networks there: L. Grinsztajn, E. Oyallon,
#   G. Varoquaux, *Why do tree-based models still outperform deep learning on typical tabular data?*, NeurIPS
#   2022. How to build and evaluate them: the
#   [scikit-learn course](https://inria.github.io/scikit-learn-mooc/) of Inria.
# - **Models that people rely on.** The reporting guideline for prediction models in medicine,
#   [TRIPOD+AI](https://www.tripod-statement.org).
#
# And take a question of your own, with data that you understand. Draw the baseline first. Hold out what
# must be held out. Then see whether a network is worth the effort.
