"""The quizzes: five questions of understanding for each chapter, with a sentence for each misconception."""
