"""A window of PySide6 with a list of as many rows as the other windows of the comparison show."""

import sys

from PySide6.QtCore import QStringListModel
from PySide6.QtWidgets import QApplication, QListView

app = QApplication(sys.argv)
view = QListView()
view.setUniformItemSizes(True)
view.setModel(QStringListModel([f"Clip {row}: a paper boat drifts down a rain-wet street at night" for row in range(10_000)]))
view.setWindowTitle("PySide")
view.resize(1440, 900)
view.show()
sys.exit(app.exec())
